// The process that reads the snapshots of a test (run-analysis.ts starts it): the same engine, verdict and words as
// `heapscope leaks`, and what tests need besides: growth that is the test runner's own, and what the test accepts.

import { text } from "node:stream/consumers";
import {
  findLeaks,
  GROWTH_RULES,
  LEAST_CONFIDENCE,
  type GrowthRule,
  type HeapSnapshot,
  type LeakReport,
  type Suspect,
} from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { formatQuantity } from "@heapscope/wording";
import { prepareDescription } from "@heapscope/wording/heap";
import { CommandError, describeError } from "../command-error.ts";
import { describeLeaks } from "../leaks/describe-leaks.ts";
import { readBaseline } from "../leaks/baseline.ts";
import { printSuspect } from "../print/leaks.ts";
import { Page } from "../print/page.ts";
import { createPalette } from "../print/palette.ts";
import type { SuspectLine } from "../schemas/leaks.ts";
import { SourceResolver } from "../source/source-resolver.ts";
import type { AnalysisAnswer, AnalysisRequest } from "./analysis-protocol.ts";
import { isRunnersOwn } from "./runner-growth.ts";
import type { LeakSuspect } from "./testing.ts";

/** Bytes a round, from which on growth is told from what a runtime does by itself, whatever the number of objects. */
const LEAST_SIZE = 1024;
/** Calls a round, from which on it is no accident that there is the same number of objects for each. */
const LEAST_CALLS = 5;

process.stdout.write(JSON.stringify(await answerRequest()));

async function answerRequest(): Promise<AnalysisAnswer> {
  try {
    const request = JSON.parse(await text(process.stdin)) as AnalysisRequest;
    return request.kind === "leaks" ? await findTestLeaks(request) : await countNamed(request);
  } catch (error) {
    const { code, message, detail } = describeError(error);
    const stack = code === "internal" ? `\n${String(detail?.["stack"] ?? "")}` : "";
    return { kind: "error", message: `heapscope/testing: ${message}${stack}` };
  }
}

async function findTestLeaks(request: AnalysisRequest & { kind: "leaks" }): Promise<AnalysisAnswer> {
  const { files, stay, perRound } = request;
  const isAccepted = readAccepted(request);
  const snapshots: HeapSnapshot[] = [];
  for (const file of files) snapshots.push(await openFile(file));
  // What is too little for a server is told apart below: here it is known how many calls there were.
  const keep = new Set([...request.keep, "small"]) as Set<GrowthRule>;
  const report = await findLeaks(snapshots, { keep: [...keep] });
  await prepareDescription(snapshots.at(-1)!, {});
  const leaking = report.suspects.filter(
    (suspect) => isLeak(suspect, report, request) && !isRunnersOwn(suspect),
  );
  const members = files.map((file, index) => ({ file, snapshot: snapshots[index]! }));
  const { suspects } = describeLeaks(
    { ...report, suspects: leaking },
    { members, reordered: false, notes: [] },
    new SourceResolver(),
  );
  const leaks = suspects.filter((suspect) => !isAccepted(suspect));
  if (leaks.length === 0) return { kind: "leaks", suspects: [] };
  const message = formatFailure(leaks, perRound, stay ? files.at(-1) : undefined);
  return { kind: "leaks", suspects: leaks.map(toSuspect), message };
}

/**
 * Whether a suspect leaks: as `heapscope leaks` judges it, and besides, however small, when each call of every round has
 * left the same number of objects.
 */
function isLeak(
  { confidence, added, retainedSizeDelta }: Suspect,
  { rounds, matchedBy }: LeakReport,
  { perRound, tolerance, keep }: AnalysisRequest & { kind: "leaks" },
): boolean {
  if (retainedSizeDelta <= tolerance * perRound * rounds) return false;
  const [first = 0] = added;
  const isExact =
    matchedBy === "id" &&
    perRound >= LEAST_CALLS &&
    first > 0 &&
    first % perRound === 0 &&
    added.every((each) => each === first);
  const isLarge = retainedSizeDelta >= LEAST_SIZE * rounds || keep.includes("small");
  return isExact || (confidence >= LEAST_CONFIDENCE && isLarge);
}

/** What the test accepts. Throws for a rule that there is not, and for a baseline that is none. */
function readAccepted({
  ignore,
  keep,
  baseline,
}: AnalysisRequest & { kind: "leaks" }): (suspect: SuspectLine) => boolean {
  const unknown = keep.find((rule) => !Object.hasOwn(GROWTH_RULES, rule));
  if (unknown !== undefined)
    throw new CommandError(
      "usage",
      `keep: '${unknown}' is no rule; there are ${Object.keys(GROWTH_RULES).join(", ")}.`,
    );
  const known = baseline === undefined ? [] : readBaseline(baseline).accepted;
  const accepted = new Set([...ignore, ...known.map(({ signature }) => signature)]);
  return ({ signature, className }) => accepted.has(signature) || accepted.has(className);
}

/** Objects of the group of this name; a prototype is in the group of its class, and no instance. */
async function countNamed({ file, className }: AnalysisRequest & { kind: "count" }): Promise<AnalysisAnswer> {
  const snapshot = await openFile(file);
  await snapshot.prepare(["groups", "retainers"]);
  let count = 0;
  for (const group of snapshot.groups) {
    if (group.className !== className) continue;
    for (const node of group.nodes) if (!isPrototype(snapshot, node)) count++;
  }
  return { kind: "count", count };
}

function isPrototype(snapshot: HeapSnapshot, node: number): boolean {
  return snapshot
    .object(node)
    .retainers()
    .some(({ type, name, from }) => type === "property" && name === "prototype" && from.type === "closure");
}

/** The words of the failure: for terminals of every kind, so without colours and without cutting. */
function formatFailure(leaks: readonly SuspectLine[], perRound: number, file: string | undefined): string {
  const page = new Page(createPalette(false), undefined);
  const calls = formatQuantity(perRound, "call");
  page.answer(`The heap grows with each round of ${calls}.`);
  for (const suspect of leaks) {
    page.line();
    printSuspect(page, suspect, { file, view: { raw: false, all: true }, isLeak: true, verdict: "leak" });
  }
  return page.lines.join("\n");
}

function toSuspect(suspect: SuspectLine): LeakSuspect {
  const { className, container, containerName, counts, count, retainedSizeDelta, confidence } = suspect;
  const { signature, path, created, evidence } = suspect;
  return {
    className,
    container,
    ...(containerName === undefined ? {} : { containerName }),
    counts,
    added: count.perRound,
    retainedSizeDelta,
    confidence,
    signature,
    path: path.map(({ edge, node, location }) => ({
      edge,
      node,
      ...(location === undefined ? {} : { location }),
    })),
    ...(created === undefined ? {} : { created }),
    evidence,
  };
}
