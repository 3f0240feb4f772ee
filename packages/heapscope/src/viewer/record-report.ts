// What a report holds, in the order of what a reader asks first: each view's first rows, what leaks, what is below the first
// rows, then the pages of single objects: those that the answers about leaks name, then the largest, then those that these
// refer to. Cost: a few hundred questions, each as fast as on the page; the passes behind them are run once.

import type { FileEntry, FileIndex, NodeId, TableRow } from "@heapscope/viewer/protocol";
import type { AnswerRecorder } from "./answer-recorder.ts";

const MOST_GROUPS = 300;
const EXPANDED_GROUPS = 40;
const OBJECTS_OF_A_GROUP = 20;
const MOST_STRINGS = 200;
const MOST_DOMINATORS = 200;
const EXPANDED_DOMINATORS = 30;
const MOST_CALLS = 300;
const EXPANDED_CALLS = 30;
const MOST_BOXES = 2000;
const ROWS_OF_AN_OBJECT = 30;
/** The page expands retainers so far by itself, along the first one. */
const RETAINER_LEVELS = 20;
const EXPANDED_RETAINERS = 4;
/** Far from the object, who else holds what holds it matters little. */
const ROWS_OF_A_RETAINER = 8;
const MOST_OBJECTS = 400;

/** An object whose page may be recorded. */
interface Wanted {
  readonly file: FileIndex;
  readonly id: NodeId;
}

/** Records until everything is there or nothing more fits. `onStep` is told what is recorded, for the user. */
export async function recordReport(
  recorder: AnswerRecorder,
  files: readonly FileEntry[],
  onStep: (text: string) => void,
): Promise<void> {
  const snapshots = files.filter(({ content }) => content?.kind === "snapshot").map(({ file }) => file);
  const profiles = files.filter(({ content }) => content?.kind === "profile").map(({ file }) => file);
  const wanted: Wanted[] = [];
  onStep("recording what leaks");
  if (snapshots.length > 1) wanted.push(...(await recordSeries(recorder, snapshots)));
  // The last one is looked at first.
  for (const file of snapshots.toReversed()) {
    onStep(`recording ${files[file]!.name}`);
    wanted.push(...(await recordSnapshot(recorder, files[file]!)));
  }
  for (const file of profiles) await recordProfile(recorder, file);
  await recordObjects(recorder, wanted, onStep);
}

/** Over all snapshots. Gives the objects that are part of a leak. */
async function recordSeries(recorder: AnswerRecorder, files: readonly FileIndex[]): Promise<Wanted[]> {
  const last = files.at(-1)!;
  const leaks = await recorder.record("leaks", { files });
  if (files.length > 2) await recordTree(recorder, { table: "growth", params: { files } }, EXPANDED_GROUPS);
  const pairs = files.slice(1).map((target, index) => ({ base: files[index]!, target }));
  if (pairs.length > 1) pairs.push({ base: files[0]!, target: last });
  for (const params of pairs.toReversed())
    await recordTree(recorder, { table: "comparison", params }, EXPANDED_GROUPS);
  const suspects = leaks?.suspects ?? [];
  return [
    ...suspects.flatMap(({ holderId, subjectId, sampleIds }) => [holderId, subjectId, ...sampleIds]),
    ...suspects.flatMap(({ path, alsoHeldBy }) => [...path, ...alsoHeldBy].map(({ id }) => id)),
  ].map((id) => ({ file: last, id }));
}

async function recordSnapshot(recorder: AnswerRecorder, { file, content }: FileEntry): Promise<Wanted[]> {
  const overview = await recorder.record("overview", { file });
  await recorder.record("filters", { file });
  const objects = await recordTree(recorder, { table: "summary", params: { file } }, EXPANDED_GROUPS);
  await recorder.record("boxes", { file, most: MOST_BOXES });
  const dominators = await recorder.recordRows({ table: "dominators", params: { file } }, MOST_DOMINATORS);
  for (const list of ["duplicates", "largest"] as const) {
    const strings = await recorder.recordRows({ table: "strings", params: { file, list } }, MOST_STRINGS);
    for (const { children } of strings.slice(0, EXPANDED_GROUPS))
      if (children !== undefined)
        await recorder.recordRows(
          { table: "strings", params: { file, list }, of: children },
          OBJECTS_OF_A_GROUP,
        );
  }
  await recorder.recordRows({ table: "containment", params: { file } }, MOST_DOMINATORS);
  if (content?.kind === "snapshot" && content.hasTimeline) await recorder.record("timeline", { file });
  if (content?.kind === "snapshot" && content.hasAllocations) await recordAllocations(recorder, file);
  for (const { children } of dominators.slice(0, EXPANDED_DOMINATORS)) {
    if (children === undefined) continue;
    const below = await recorder.recordRows(
      { table: "dominators", params: { file }, of: children },
      OBJECTS_OF_A_GROUP,
    );
    for (const row of below.slice(0, 3))
      if (row.children !== undefined)
        await recorder.recordRows(
          { table: "dominators", params: { file }, of: row.children },
          OBJECTS_OF_A_GROUP,
        );
  }
  const rows = [...(overview?.dominators ?? []), ...objects, ...dominators.slice(0, EXPANDED_DOMINATORS)];
  const strings = overview?.duplicates ?? [];
  return [...rows, ...strings].flatMap((row) => ("id" in row ? [{ file, id: row.id }] : []));
}

/** The functions that allocated, with their callers, and what is alive of those with most. */
async function recordAllocations(recorder: AnswerRecorder, file: FileIndex): Promise<void> {
  const question = { table: "allocation", params: { file } } as const;
  await recordTree(recorder, question, EXPANDED_CALLS);
  const rows = await recorder.recordRows(question, MOST_GROUPS);
  for (const { path } of rows.toSorted((a, b) => b.liveSize - a.liveSize).slice(0, EXPANDED_CALLS)) {
    await recorder.recordRows({ table: "allocation", params: { file, path } }, 1);
    const only = { kind: "allocatedBy", path } as const;
    await recorder.recordRows({ table: "summary", params: { file, only } }, MOST_GROUPS);
  }
}

async function recordProfile(recorder: AnswerRecorder, file: FileIndex): Promise<void> {
  await recorder.record("flame", { file, most: MOST_BOXES });
  for (const direction of ["down", "up"] as const) {
    let handles: readonly string[] = [""];
    // Calls are chains: a few levels show little.
    for (let level = 0; level < RETAINER_LEVELS && handles.length > 0; level++) {
      const found: string[] = [];
      for (const of of handles.slice(0, EXPANDED_CALLS)) {
        const rows = await recorder.recordRows(
          { table: "calls", params: { file, direction }, of },
          MOST_CALLS,
        );
        found.push(...rows.flatMap(({ children }) => (children === undefined ? [] : [children])));
      }
      handles = found;
    }
  }
}

/** A table's first rows, and a few below the first of these. Gives the first object of each, and then the others. */
async function recordTree(
  recorder: AnswerRecorder,
  question: Parameters<AnswerRecorder["recordRows"]>[0],
  expanded: number,
): Promise<readonly { readonly id: NodeId }[]> {
  const rows: readonly TableRow[] = await recorder.recordRows(question, MOST_GROUPS);
  const first: TableRow[] = [];
  const others: TableRow[] = [];
  for (const { children } of rows.slice(0, expanded)) {
    if (children === undefined) continue;
    const below: readonly TableRow[] = await recorder.recordRows(
      { ...question, of: children },
      OBJECTS_OF_A_GROUP,
    );
    first.push(...below.slice(0, 1));
    others.push(...below.slice(1, 3));
  }
  return [...first, ...others].flatMap((row) => ("id" in row ? [{ id: Number(row.id) }] : []));
}

/** Pages of objects, and then of those that these lead to. */
async function recordObjects(
  recorder: AnswerRecorder,
  first: readonly Wanted[],
  onStep: (text: string) => void,
): Promise<void> {
  const queue = [...first];
  const seen = new Set<string>();
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { file, id } = next;
    if (recorder.isFull || seen.size === MOST_OBJECTS) return;
    if (seen.has(`${file} ${id}`)) continue;
    seen.add(`${file} ${id}`);
    onStep(`recording objects  ${seen.size}`);
    const object = await recorder.record("object", { file, id });
    if (object === undefined) continue;
    await recordRetainers(recorder, file, id);
    await recorder.recordRows({ table: "containment", params: { file, id } }, ROWS_OF_AN_OBJECT);
    const shown = [...object.path, ...object.preview, ...object.dominators];
    queue.push(...shown.flatMap((line) => (line.id === undefined ? [] : [{ file, id: line.id }])));
  }
}

/** What holds an object: along the first one as far as the page goes by itself, and one level of the next. */
async function recordRetainers(recorder: AnswerRecorder, file: FileIndex, id: NodeId): Promise<void> {
  const params = { file, id };
  let rows = await recorder.recordRows({ table: "retainers", params }, ROWS_OF_AN_OBJECT);
  for (const { children } of rows.slice(1, EXPANDED_RETAINERS))
    if (children !== undefined)
      await recorder.recordRows({ table: "retainers", params, of: children }, ROWS_OF_A_RETAINER);
  for (let level = 1; level < RETAINER_LEVELS; level++) {
    const [first] = rows;
    if (first?.children === undefined || first.distance <= 1) return;
    rows = await recorder.recordRows({ table: "retainers", params, of: first.children }, ROWS_OF_A_RETAINER);
  }
}
