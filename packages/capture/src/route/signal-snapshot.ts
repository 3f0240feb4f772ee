// Takes a snapshot by the signal that the process was started with (--heapsnapshot-signal). The last resort: the process
// dies if it cannot write the file, and cannot be asked anything. So what it needs is looked at before the signal.
//
//   its folder writable, with room ─▶ signal ─▶ a new Heap.*.heapsnapshot ─▶ no longer open, ends in ]} ─▶ SnapshotSink ─▶ removed there
//
// The file is read through /proc/PID/cwd and /proc/PID/root, so it does not matter which container it is in. Called by capture.

import fs from "node:fs";
import path from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, harmless, reasonOf } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import { ifReadable, listProcFolder, readProcFile, readProcLink } from "../process/proc-file.ts";
import { goesOn, isRunning, type ProcessFacts } from "../process/read-process.ts";
import { SnapshotSink, type SinkReceipt } from "../snapshot/snapshot-sink.ts";
import type { ReceiveOptions } from "../snapshot/take-snapshot.ts";
import { sendSignal } from "./open-inspector.ts";

/** What was captured. */
export interface SignalReceipt extends SinkReceipt {
  /** From the signal to the copy. */
  readonly durationMs: number;
  /** From the appearance of the file until the process closed it: V8 stops the JavaScript for about that long. */
  readonly pauseMs: number;
}

const POLL_MS = 50;
const COPY_SIZE = 1 << 20;
/** The process opens the file within 10 ms of the turn of its event loop. */
const DEFAULT_SILENCE_MS = 300_000;

/** The folder into which the process writes its snapshots, by a path that works here. */
export function snapshotFolderOf({ pid, version, diagnosticFolder }: ProcessFacts): string {
  // Node 18 knows the option, but not for snapshots.
  if (diagnosticFolder === undefined || version?.startsWith("v18.") === true) return `/proc/${pid}/cwd`;
  return path.isAbsolute(diagnosticFolder)
    ? path.join(`/proc/${pid}/root`, diagnosticFolder)
    : path.join(`/proc/${pid}/cwd`, diagnosticFolder);
}

/**
 * Says why the process would fail to write a snapshot, which would end it; `undefined` if it would not, as far as can be
 * seen. `fileSize` is what it is expected to need.
 */
export function findWriteObstacle(facts: ProcessFacts, fileSize: number): string | undefined {
  const folder = snapshotFolderOf(facts);
  const shown = harmless(facts.diagnosticFolder ?? facts.workingFolder ?? folder);
  try {
    const stats = fs.statSync(folder);
    if (!stats.isDirectory()) return `${shown} is no folder`;
    // A folder that a process is in can be removed; it is still there, but takes no files.
    if (stats.nlink === 0) return `${shown} has been removed`;
    if (!mayWrite(facts, stats)) return `the process may not write to ${shown}`;
    fs.accessSync(folder, fs.constants.W_OK); // fails for root, too, if the file system is read-only
    const { bavail, bsize } = fs.statfsSync(folder);
    const free = bavail * bsize;
    const longest = readFileSizeLimit(facts.pid);
    if (longest < fileSize)
      return `it may write files of ${Math.floor(longest / 1e6)} MB (ulimit -f), and this one may need ${Math.ceil(fileSize / 1e6)} MB`;
    if (free < fileSize)
      return `there are ${Math.floor(free / 1e6)} MB free in ${shown}, and the file may need ${Math.ceil(fileSize / 1e6)} MB`;
    return undefined;
  } catch (error) {
    return `${shown} cannot be looked at (${reasonOf(error)})`;
  }
}

/**
 * Sends the signal and moves the file to `destination`: a path, where it appears whole or not at all, or a stream, which
 * is not ended. After a failure or an abort nothing of it is left; the process finishes its part and lives on.
 * Throws `CaptureError`.
 */
export async function takeSnapshotBySignal(
  facts: ProcessFacts,
  destination: string | Writable,
  options: ReceiveOptions = {},
): Promise<SignalReceipt> {
  const { pid, heapSnapshotSignal } = facts;
  const label = `process ${pid}`;
  const { signal, onProgress } = options;
  if (heapSnapshotSignal === undefined)
    throw new CaptureError(label, "no-route", `${label} was not started with --heapsnapshot-signal.`);
  if (signal?.aborted === true) throw aborted(label, signal);
  const sink = new SnapshotSink(destination, label, options);
  const folder = ownPathOf(snapshotFolderOf(facts));
  let file: string | undefined;
  let isAsked = false;
  try {
    const before = new Set(listSnapshots(folder, facts));
    const startedAt = performance.now();
    sendSignal(facts, heapSnapshotSignal.number);
    isAsked = true;
    file = await waitFor(facts, options, () => {
      const name = listSnapshots(folder, facts).find((each) => !before.has(each));
      return name === undefined ? undefined : path.join(folder, name);
    });
    const appearedAt = performance.now();
    const report = (byteLength: number): void =>
      onProgress?.({ stage: byteLength === 0 ? "building" : "receiving", done: 0, total: 0, byteLength });
    await waitFor(facts, options, (touched) => {
      const { size } = fs.statSync(file!);
      touched(size);
      report(size);
      return isOpenIn(pid, file!) ? undefined : true;
    });
    const pauseMs = performance.now() - appearedAt;
    await copy(file, sink, options, report);
    const receipt = await sink.finish(signal ?? new AbortController().signal);
    const durationMs = performance.now() - startedAt;
    return { ...receipt, durationMs, pauseMs };
  } catch (error) {
    sink.discard();
    if (signal !== undefined && error === signal.reason) {
      throw isAsked && file === undefined ? abortedBeforeFile(label, folder, signal) : aborted(label, signal);
    }
    // A process that was killed has closed its file, too.
    const isCut = error instanceof CaptureError && error.code === "incomplete";
    throw isCut && !(await goesOn(facts)) ? ended(label) : explain(error, label, folder);
  } finally {
    // Also while the process still writes it: it goes on into a file without a name, and the room is free at its end.
    if (file !== undefined) fs.rmSync(file, { force: true });
  }
}

/** The same folder by a path that outlives the process, if there is one here. */
function ownPathOf(folder: string): string {
  const own = ifReadable(() => fs.realpathSync(folder)) ?? folder;
  const [here, there] = [own, folder].map((each) => ifReadable(() => fs.statSync(each)));
  return here !== undefined && here.ino === there?.ino && here.dev === there.dev ? own : folder;
}

/** `Heap.20261123.030718.9724.0.001.heapsnapshot`: date, time, process, thread, number. */
function listSnapshots(folder: string, { innerPid }: ProcessFacts): string[] {
  const name = new RegExp(String.raw`^Heap\.\d{8}\.\d{6}\.${innerPid}\.0\.\d+\.heapsnapshot$`);
  return fs.readdirSync(folder).filter((each) => name.test(each));
}

/**
 * Asks `look` until it answers, the process is gone, or nothing changes for too long. `look` tells by `touched(state)`
 * what must change.
 */
async function waitFor<Result>(
  facts: ProcessFacts,
  { signal, timeoutMs = DEFAULT_SILENCE_MS }: ReceiveOptions,
  look: (touched: (state: number) => void) => Result | undefined,
): Promise<Result> {
  const label = `process ${facts.pid}`;
  let changedAt = performance.now();
  let last: number | undefined;
  for (;;) {
    const isThere = isRunning(facts); // before the look: a process that ends right after it may have finished
    let found: Result | undefined;
    try {
      found = look((state) => {
        if (state !== last) changedAt = performance.now();
        last = state;
      });
    } catch (error) {
      if (await goesOn(facts)) throw error; // else its folders are gone with it
    }
    if (found !== undefined) return found;
    if (!isThere) throw ended(label);
    if (performance.now() - changedAt > timeoutMs) {
      throw new CaptureError(
        label,
        "timeout",
        `${label} did not write a snapshot within ${timeoutMs / 1000} s of its signal; its event loop may be blocked: try again when it is idle, or allow more time.`,
      );
    }
    await sleep(POLL_MS, undefined, signal && { signal }).catch(() => {});
    signal?.throwIfAborted();
  }
}

/** A signal cannot be taken back. */
function abortedBeforeFile(label: string, folder: string, signal: AbortSignal): CaptureError {
  return new CaptureError(
    label,
    "aborted",
    `Stopped as asked. ${label} has the signal already, and writes a snapshot to ${harmless(folder)} when its event loop gets round to it; remove that.`,
    signal.reason,
  );
}

function ended(label: string): CaptureError {
  return new CaptureError(
    label,
    "target-lost",
    `${label} ended while it wrote its snapshot; look at its output for a write that failed, as on a full disk, and for an out-of-memory kill: a capture needs several times the heap in extra memory.`,
  );
}

function isOpenIn(pid: number, file: string): boolean {
  const { dev, ino } = fs.statSync(file);
  return listProcFolder(pid, "fd").some((descriptor) => {
    const target = ifReadable(() => readProcLink(pid, `fd/${descriptor}`));
    if (target?.endsWith(".heapsnapshot") !== true) return false;
    const stats = ifReadable(() => fs.statSync(`/proc/${pid}/fd/${descriptor}`));
    return stats?.ino === ino && stats.dev === dev;
  });
}

async function copy(
  file: string,
  sink: SnapshotSink,
  { signal = new AbortController().signal }: ReceiveOptions,
  report: (byteLength: number) => void,
): Promise<void> {
  let byteLength = 0;
  for await (const bytes of fs.createReadStream(file, {
    highWaterMark: COPY_SIZE,
  }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    byteLength += bytes.length;
    if (!sink.write(bytes)) await sink.ready(signal);
    report(byteLength);
  }
}

/** Bytes; `Infinity` where there is no limit, which is usual. */
function readFileSizeLimit(pid: number): number {
  const limits = ifReadable(() => readProcFile(pid, "limits")) ?? "";
  return Number(/^Max file size\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
}

/** As the kernel decides: the owner's bits for the owner, else the group's for its members, else those of all others. */
function mayWrite({ pid, userId }: ProcessFacts, { mode, uid, gid }: fs.Stats): boolean {
  if (userId === 0) return true;
  if (uid === userId) return (mode & 0o300) === 0o300;
  return readGroups(pid).has(gid) ? (mode & 0o030) === 0o030 : (mode & 0o003) === 0o003;
}

/** Its effective group and its further ones. */
function readGroups(pid: number): ReadonlySet<number> {
  const status = ifReadable(() => readProcFile(pid, "status")) ?? "";
  const words = (name: string): string[] =>
    new RegExp(`^${name}:(.*)$`, "m").exec(status)?.[1]?.trim().split(/\s+/) ?? [];
  return new Set([words("Gid")[1], ...words("Groups")].map(Number));
}

function explain(error: unknown, label: string, folder: string): unknown {
  if (error instanceof CaptureError) return error;
  return new CaptureError(
    label,
    "write-failed",
    `Cannot fetch the snapshot of ${label} from ${folder}: ${reasonOf(error)}.`,
    error,
  );
}
