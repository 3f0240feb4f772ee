/**
 * The first view of a snapshot: sums, what the memory is used for, the largest of everything, and where the file is from. The
 * same numbers as in `heapscope summary` and `dominators`.
 *
 * Cost: dominators; once for a file.
 */
import { runPass, type CaptureRecord, type HeapSnapshot, type RunOptions } from "@heapscope/engine";
import { formatDuration, formatSize } from "@heapscope/wording";
import type { Ask, Fact, ObjectRow, Overview } from "../../protocol/index.ts";
import { largestNodes } from "../largest-nodes.ts";
import { listOfNodes } from "../node-list.ts";
import { cutText } from "../object-row.ts";
import type { DeskContext } from "../table-maker.ts";
import { groupRow, listGroups } from "../tables/summary.ts";

/** Rows of each list. */
const MOST_ROWS = 10;

export async function answerOverview(
  desk: DeskContext,
  { file }: Ask<"overview">,
  run: RunOptions,
): Promise<Overview> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["groups", "retainedSize", "statistics"], run);
  const { groups, handleOf } = await listGroups(desk, { file }, run);
  const { graph, header, totalSize, statistics, strings, captureRecordProblem } = snapshot;
  return {
    nodeCount: graph.nodeCount,
    edgeCount: graph.edgeCount,
    stringCount: strings.length,
    totalSize,
    extraNativeBytes: header.extraNativeBytes,
    statistics,
    facts: describeCapture(snapshot.captureRecord),
    ...(captureRecordProblem === undefined ? {} : { captureProblem: captureRecordProblem }),
    groups: groups.slice(0, MOST_ROWS).map((group) => groupRow(desk, snapshot, group, handleOf.get(group)!)),
    dominators: await largestDominators(desk, snapshot, run),
    groupCount: groups.length,
  };
}

/** What the root dominates, the largest first. */
async function largestDominators(
  desk: DeskContext,
  snapshot: HeapSnapshot,
  run: RunOptions,
): Promise<ObjectRow[]> {
  const { nodeAt, position, subtreeCount } = snapshot.dominatorTree;
  const root = position[snapshot.graph.rootNode]!;
  const end = root + subtreeCount[root]!;
  const children: number[] = [];
  for (let at = root + 1; at < end; at += subtreeCount[at]!) children.push(nodeAt[at]!);
  // Of equal ones the first of the file, as in all other lists.
  const nodes = Uint32Array.from(children).sort();
  const pass = largestNodes(nodes, snapshot.retainedSize, MOST_ROWS);
  const list = listOfNodes(desk, snapshot, await runPass("sorting objects", pass, run));
  return Array.from({ length: list.total }, (_, index) => list.row(index));
}

/**
 * What the capture record tells, in the order in which a reader wants it. What has another form than a text is written so that
 * the page can translate it: times as ISO 8601, `yes` and `no`, the name of the main thread as `main`.
 */
function describeCapture(record: CaptureRecord | undefined): Fact[] {
  if (record === undefined) return [];
  const { target, options, heap, file } = record;
  const duration = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : formatDuration(ms);
  const bytes = (size: number | undefined): string | undefined =>
    size === undefined ? undefined : formatSize(size);
  const yesOrNo = (value: boolean): string => (value ? "yes" : "no");
  const values: Readonly<Record<string, string | undefined>> = {
    runtime: target.version === undefined ? target.runtime : `${target.runtime} ${target.version}`,
    command: target.command,
    pid: target.pid === undefined ? undefined : String(target.pid),
    url: target.url,
    thread: target.thread.id === 0 ? "main" : `${target.thread.name} (${target.thread.id})`,
    uptime: duration(target.uptimeMs),
    capturedAt: record.capturedAt,
    route: record.route,
    tool: record.tool,
    duration: duration(record.durationMs),
    pause: duration(record.pauseMs),
    collectGarbage: yesOrNo(options.collectGarbage),
    numericValues: yesOrNo(options.numericValues),
    exposeInternals: yesOrNo(options.exposeInternals),
    residentSize: bytes(heap.usage?.["rss"]),
    heapUsed: bytes(heap.usage?.["heapUsed"]),
    external: bytes(heap.usage?.["external"]),
    fileSize: bytes(file.bytes),
    idNote: record.ids.note,
  };
  return Object.entries(values).flatMap(([fact, value]) =>
    value === undefined ? [] : [{ fact, value: cutText(value).text }],
  );
}
