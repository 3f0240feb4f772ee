/**
 * The desk: opens files and answers every question about them, wherever it runs. It is asked by messages (`serve-desk.ts`) from
 * a page, or directly.
 *
 * Files are opened one after the other. A snapshot is ready when the columns that all rows need are there (`ROW_COLUMNS`): the
 * long work is then done once, with its progress at the file, and no question that is cancelled takes it along. A question
 * about a file that is not ready waits for it.
 *
 * What questions need besides is kept in one cache (`list-cache.ts`), so that scrolling makes rows only.
 */
import {
  CancelledError,
  HeapSnapshot,
  LeaksError,
  prepareOrder,
  ProfileFormatError,
  SnapshotFormatError,
  type CancelSignal,
  type Profile,
  type RunOptions,
} from "@heapscope/engine";
import { type SourceLookup } from "@heapscope/wording";
import { snapshotPlaces } from "@heapscope/wording/heap";
import {
  LinkError,
  usualOrder,
  type Answer,
  type Ask,
  type AskOptions,
  type FileContent,
  type FileEntry,
  type FileIndex,
  type QuestionName,
  type TableName,
  type WorkProgress,
} from "../protocol/index.ts";
import { ANSWERS } from "./answers/index.ts";
import { checkQuestion, filesOfQuestion } from "./check-question.ts";
import { createListCache } from "./list-cache.ts";
import { ROW_COLUMNS } from "./object-row.ts";
import { createSharedWork } from "./shared-work.ts";
import type { AnsweredName, AnswerMaker, DeskContext, TableMaker } from "./table-maker.ts";
import { TABLES } from "./tables/index.ts";

/** A file that the desk can open. */
export interface DeskFile {
  readonly name: string;
  readonly byteLength?: number;
  /** Ends the opening. */
  readonly signal?: CancelSignal;
  /** Called once. An error's message is shown to the user, so it should be a sentence. */
  open(run: RunOptions): Promise<HeapSnapshot | Profile>;
}

export interface Desk {
  /** Adds a file behind the others; it is opened when they are. */
  add(file: DeskFile): FileIndex;
  files(): readonly FileEntry[];
  /** Called with all files whenever one changes, and once at first. Returns what ends it. */
  onFiles(listener: (files: readonly FileEntry[]) => void): () => void;
  /** Rejects with `LinkError`. The question need not have been checked. */
  answer<Name extends QuestionName>(name: Name, ask: unknown, options?: AskOptions): Promise<Answer<Name>>;
}

export interface DeskOptions {
  /** Where things are in the author's source; by what the snapshots themselves know when not given. */
  readonly sources?: SourceLookup;
  /** Bytes of lists that are kept at most. */
  readonly cacheBytes?: number;
}

/** What the desk knows of a file. */
interface DeskEntry {
  entry: FileEntry;
  opened: HeapSnapshot | Profile | undefined;
  /** Never rejects: `entry` says what came of it. */
  readonly isDone: Promise<void>;
}

export function createDesk({ sources = snapshotPlaces, cacheBytes }: DeskOptions = {}): Desk {
  const entries: DeskEntry[] = [];
  const listeners = new Set<(files: readonly FileEntry[]) => void>();
  const cache = createListCache(cacheBytes);
  const shared = createSharedWork();

  const files = (): readonly FileEntry[] => entries.map(({ entry }) => entry);

  function change(index: FileIndex, entry: FileEntry): void {
    entries[index]!.entry = entry;
    for (const listener of listeners) listener(files());
  }

  async function open(index: FileIndex, file: DeskFile): Promise<void> {
    await entries[index - 1]?.isDone;
    const known = entries[index]!.entry;
    const onProgress = (progress: WorkProgress): void =>
      change(index, { ...known, state: "reading", progress });
    onProgress({
      stage: "reading",
      done: 0,
      ...(file.byteLength === undefined ? {} : { total: file.byteLength }),
    });
    try {
      const run: RunOptions = { signal: file.signal, onProgress: passOn(onProgress) };
      const opened = await file.open(run);
      if (opened instanceof HeapSnapshot) await opened.prepare(ROW_COLUMNS, run);
      entries[index]!.opened = opened;
      if (opened instanceof HeapSnapshot) await tellAges(run);
      const { age } = entries[index]!.entry;
      change(index, {
        ...known,
        state: "ready",
        content: contentOf(opened),
        ...(age === undefined ? {} : { age }),
      });
    } catch (error) {
      change(index, { ...known, state: "failed", problem: sentenceOf(error) });
    }
  }

  /** Puts the snapshots in the order in which they were taken. */
  async function tellAges(run: RunOptions): Promise<void> {
    const { snapshotFiles } = context;
    const { order } = await prepareOrder(
      snapshotFiles.map((file) => context.snapshot(file)),
      run,
    );
    for (const [age, position] of order.entries()) {
      const file = entries[snapshotFiles[position]!]!;
      file.entry = { ...file.entry, age };
    }
  }

  function opened(index: FileIndex): HeapSnapshot | Profile {
    const file = entries[index];
    if (file === undefined)
      throw new LinkError(
        "not-ready",
        `There is no file ${index + 1} in this session; it has ${entries.length}.`,
      );
    if (file.opened !== undefined) return file.opened;
    throw new LinkError("not-ready", file.entry.problem ?? "The file is still being read.");
  }

  const context: DeskContext = {
    sources,
    once: (key, make) => cache.once(key, make),
    get snapshotFiles() {
      return entries.flatMap(({ opened: file }, index) => (file instanceof HeapSnapshot ? [index] : []));
    },
    snapshot(index) {
      const file = opened(index);
      if (file instanceof HeapSnapshot) return file;
      throw new LinkError("not-a-snapshot", "This file is a profile; only heap snapshots have objects.");
    },
    profile(index) {
      const file = opened(index);
      if (!(file instanceof HeapSnapshot)) return file;
      throw new LinkError(
        "not-a-profile",
        "This file is a heap snapshot; only sampling profiles have calls.",
      );
    },
    async list(table, params, of, order, run) {
      const maker = TABLES[table];
      const wanted = order ?? usualOrder(table, params);
      const key = `list ${JSON.stringify([table, params, of, wanted.by, wanted.descending])}`;
      return await cache.once(key, () => maker.list(context, params, of, wanted, run));
    },
  };

  /** Waits until a file is ready or has failed; meanwhile its progress is the question's. */
  async function settled(index: FileIndex, options: AskOptions): Promise<void> {
    const file = entries[index];
    if (file === undefined || file.entry.state === "ready" || file.entry.state === "failed") return;
    const report = (): void => {
      // While others are before it, theirs.
      const progress =
        file.entry.progress ?? entries.find(({ entry }) => entry.state === "reading")?.entry.progress;
      if (progress !== undefined) options.onProgress?.(progress);
    };
    listeners.add(report);
    report();
    try {
      await file.isDone;
    } finally {
      listeners.delete(report);
    }
  }

  async function answer<Name extends QuestionName>(
    name: Name,
    ask: Ask<Name>,
    options: AskOptions,
  ): Promise<Answer<Name>> {
    if (name === "files") return files() as Answer<Name>;
    for (const index of filesOfQuestion(name, ask)) await settled(index, options);
    const run: RunOptions = { signal: options.signal, onProgress: passOn(options.onProgress) };
    if (options.signal?.aborted === true) throw new CancelledError();
    if (name === "rows") return (await answerRows(ask as Ask<"rows">, run)) as Answer<Name>;
    if (name === "locate") return (await answerLocate(ask as Ask<"locate">, run)) as Answer<Name>;
    const maker = ANSWERS[name as AnsweredName] as unknown as AnswerMaker<never>;
    return (await maker(context, ask as never, run)) as Answer<Name>;
  }

  async function answerRows(ask: Ask<"rows">, run: RunOptions): Promise<Answer<"rows">> {
    const list = await context.list(ask.table, ask.params, ask.of, ask.order, run);
    const rows = [];
    const end = Math.min(list.total, ask.start + ask.count);
    for (let index = ask.start; index < end; index++) rows.push(list.row(index));
    return {
      total: list.total,
      start: ask.start,
      rows,
      ...(list.isLimited === true ? { isLimited: true } : {}),
      ...(ask.of === "" && list.sums !== undefined ? { sums: list.sums } : {}),
      ...(ask.of === "" && list.note !== undefined ? { note: list.note } : {}),
    };
  }

  async function answerLocate(
    { table, params, order, id }: Ask<"locate">,
    run: RunOptions,
  ): Promise<Answer<"locate">> {
    const maker: TableMaker<TableName> = TABLES[table];
    return (await maker.locate?.(context, params, id, order ?? usualOrder(table, params), run)) ?? [];
  }

  return {
    add(file) {
      const { name, byteLength } = file;
      const index = entries.length;
      const size = byteLength === undefined ? {} : { byteLength };
      let finish = (): void => {};
      const isDone = new Promise<void>((resolve) => (finish = resolve));
      entries.push({ entry: { file: index, name, state: "waiting", ...size }, opened: undefined, isDone });
      void open(index, file).then(finish);
      return index;
    },
    files,
    onFiles(listener) {
      listeners.add(listener);
      listener(files());
      return () => listeners.delete(listener);
    },
    async answer(name, ask, options = {}) {
      try {
        const checked = checkQuestion(name, ask);
        const key = `${name} ${JSON.stringify(checked)}`;
        return await shared.ask(key, (own) => answer(name, checked, own), options);
      } catch (error) {
        throw linkErrorOf(error);
      }
    },
  };
}

/** The engine's progress as the protocol has it. */
function passOn(listener: AskOptions["onProgress"]): RunOptions["onProgress"] {
  if (listener === undefined) return undefined;
  return ({ stage, done, total }) => listener({ stage, done, ...(total === undefined ? {} : { total }) });
}

function contentOf(opened: HeapSnapshot | Profile): FileContent {
  if (!(opened instanceof HeapSnapshot)) return { kind: "profile", unit: opened.unit, total: opened.total };
  const { graph, totalSize } = opened;
  return {
    kind: "snapshot",
    nodeCount: graph.nodeCount,
    edgeCount: graph.edgeCount,
    totalSize,
    hasAllocations: graph.traces !== undefined && graph.traces.functionCount > 0,
    hasTimeline: graph.samples !== undefined && graph.samples.count > 0,
  };
}

function linkErrorOf(error: unknown): LinkError {
  if (error instanceof LinkError) return error;
  if (error instanceof CancelledError) return new LinkError("cancelled", "The question was cancelled.");
  if (error instanceof LeaksError) return new LinkError("bad-question", error.message);
  return new LinkError("internal", sentenceOf(error));
}

/** Why something failed, for a person. Errors of formats and files are sentences already. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return "It failed for an unknown reason.";
  const isSentence =
    error instanceof SnapshotFormatError ||
    error instanceof ProfileFormatError ||
    /[.!?]$/.test(error.message);
  if (isSentence) return error.message;
  return error instanceof RangeError &&
    /allocation|Array buffer|Invalid (?:typed )?array length/.test(error.message)
    ? "There is not enough memory here for this file; close other files, or open it with the command, heapscope open FILE, which may use the memory of the whole computer."
    : `It failed unexpectedly (${error.name}: ${error.message}). Try again; if it fails again, please report it.`;
}
