// What a report holds, in the order of what a reader asks first: what leaks and the first view of each snapshot, with all that
// they link to; then each view's first rows and what is below the first of these; then the pages of single objects: the
// largest, and those that the pages name. Cost: a few thousand questions, each as fast as on the page; the passes behind them are run
// once.

import {
  OPENING_ORDERS,
  OPENING_ROWS,
  type FileEntry,
  type FileIndex,
  type NodeId,
  type TableRow,
} from "@heapscope/viewer/protocol";
import { exactNameFilter } from "@heapscope/wording";
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
/** Pages of objects, those aside that the first views link to. */
const MOST_OBJECTS = 200;

/** Of a smaller part of the heap nobody asks, unless a view's first rows or a suspect name the object. */
const LEAST_SHARE = 0.001;

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
  // The page goes by when they were taken, however they stand on the command line.
  const ageOf = (file: FileIndex): number => files[file]!.age ?? file;
  const byAge = snapshots.toSorted((a, b) => ageOf(a) - ageOf(b));
  // The last one is looked at first.
  const latestFirst = byAge.toReversed();
  const objects = new ObjectPages(recorder, files, onStep);
  if (snapshots.length > 1) {
    onStep("looking for what leaks");
    await objects.record(await recordLeaks(recorder, snapshots));
  }
  for (const file of latestFirst) {
    onStep(`recording ${files[file]!.name}`);
    await objects.record(await recordOverview(recorder, file));
  }
  for (const file of profiles) await recordProfile(recorder, file);
  if (snapshots.length > 1) {
    onStep("recording comparisons");
    await recordSeries(recorder, byAge);
  }
  const largest: Wanted[] = [];
  for (const file of latestFirst) {
    onStep(`recording ${files[file]!.name}`);
    largest.push(...(await recordTables(recorder, files[file]!)));
  }
  await objects.record(largest, MOST_OBJECTS);
  await objects.recordWhatTheyName();
}

/** The suspects. Gives the objects that are part of a leak, all that the overview links to before the others. */
async function recordLeaks(recorder: AnswerRecorder, files: readonly FileIndex[]): Promise<Wanted[]> {
  const leaks = await recorder.record("leaks", { files });
  const file = leaks?.files.at(-1);
  if (leaks === undefined || file === undefined) return [];
  const { suspects } = leaks;
  const linked = suspects.flatMap(({ holderId, subjectId, sampleIds, path, alsoHeldBy }) => [
    holderId,
    subjectId,
    ...sampleIds.slice(0, 1),
    ...[...path, ...alsoHeldBy].map(({ id }) => id),
  ]);
  return [...linked, ...suspects.flatMap(({ sampleIds }) => sampleIds)].map((id) => ({ file, id }));
}

/** The first view of a snapshot, with what it links to. Gives the objects among these. */
async function recordOverview(recorder: AnswerRecorder, file: FileIndex): Promise<Wanted[]> {
  const overview = await recorder.record("overview", { file });
  if (overview === undefined) return [];
  const duplicates = await recorder.record("duplicates", { file });
  const { groups, dominators } = overview;
  for (const { className } of groups)
    await recordTree(recorder, { table: "summary", params: { file, text: exactNameFilter(className) } }, 1);
  return [...dominators, ...(duplicates?.strings ?? [])].map(({ id }) => ({ file, id }));
}

/** What grew and what came, between the snapshots. */
async function recordSeries(recorder: AnswerRecorder, files: readonly FileIndex[]): Promise<void> {
  if (files.length > 2) await recordTree(recorder, { table: "growth", params: { files } }, EXPANDED_GROUPS);
  const pairs = files.slice(1).map((target, index) => ({ base: files[index]!, target }));
  if (pairs.length > 1) pairs.push({ base: files[0]!, target: files.at(-1)! });
  for (const params of pairs.toReversed()) {
    await recordTree(recorder, { table: "comparison", params }, EXPANDED_GROUPS);
    const order = OPENING_ORDERS.shrunkComparison;
    await recorder.recordRows({ table: "comparison", params, order }, OPENING_ROWS);
  }
}

/** The other views of a snapshot. Gives the objects whose pages matter. */
async function recordTables(recorder: AnswerRecorder, { file, content }: FileEntry): Promise<Wanted[]> {
  await recorder.record("filters", { file });
  const objects = await recordTree(recorder, { table: "summary", params: { file } }, EXPANDED_GROUPS);
  const order = OPENING_ORDERS.summary;
  await recorder.recordRows({ table: "summary", params: { file }, order }, OPENING_ROWS);
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
  return [...objects, ...dominators.slice(0, EXPANDED_DOMINATORS)].map(({ id }) => ({ file, id }));
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

/** Pages of objects, each recorded once. */
class ObjectPages {
  readonly #recorder: AnswerRecorder;
  readonly #files: readonly FileEntry[];
  readonly #onStep: (text: string) => void;
  readonly #seen = new Set<string>();
  /** What the recorded pages name, in their order. */
  readonly #named: Wanted[] = [];

  constructor(recorder: AnswerRecorder, files: readonly FileEntry[], onStep: (text: string) => void) {
    this.#recorder = recorder;
    this.#files = files;
    this.#onStep = onStep;
  }

  /** @param most in all; no limit when missing */
  async record(objects: Iterable<Wanted>, most: number = Number.POSITIVE_INFINITY): Promise<void> {
    for (const { file, id } of objects) {
      if (this.#recorder.isFull || this.#seen.size >= most) return;
      if (this.#seen.has(`${file} ${id}`)) continue;
      this.#seen.add(`${file} ${id}`);
      this.#onStep(`recording objects  ${this.#seen.size}`);
      const object = await this.#recorder.record("object", { file, id });
      if (object === undefined) continue;
      await recordRetainers(this.#recorder, file, id);
      await this.#recorder.recordRows({ table: "containment", params: { file, id } }, ROWS_OF_AN_OBJECT);
      const content = this.#files[file]?.content;
      const least = content?.kind === "snapshot" ? content.totalSize * LEAST_SHARE : 0;
      for (const line of object.path) this.#named.push({ file, id: line.id });
      for (const line of [...object.preview, ...object.dominators])
        if (line.id !== undefined && (line.retainedSize ?? 0) >= least)
          this.#named.push({ file, id: line.id });
    }
  }

  /** And what these name, and so on. */
  async recordWhatTheyName(): Promise<void> {
    // The list grows on the way.
    await this.record(this.#named, MOST_OBJECTS);
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
