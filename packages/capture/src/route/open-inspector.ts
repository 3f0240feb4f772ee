// Opens the inspector of a Node process that runs without one, with SIGUSR1, and closes it again.
//
//   SIGUSR1 ─▶ a listening socket that was not there before ─▶ GET /json/list ─▶ its address
//
// The port is found among the sockets of this very process, so it does not matter which one it is, nor who has 9229.
// That the signal is safe must be known before (route-offers.ts): it ends Deno, Bun, and Node in its first milliseconds.
// Closing: an expression asks the process itself to close it a moment later; so also in the middle of a snapshot, which
// the process finishes first. Called by attach.

import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, harmless, reasonOf } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import { connectInspector, type InspectorSession, type SendOptions } from "../inspector/inspector-session.ts";
import { listInspectorTargets, type Connect, type InspectorTarget } from "../inspector/inspector-target.ts";
import { evaluate } from "../inspector/target-facts.ts";
import { formatCommand } from "../process/command-words.ts";
import { ifReadable, readProcWords } from "../process/proc-file.ts";
import { isRunning, readProcess, type ProcessFacts } from "../process/read-process.ts";
import { hasSignal } from "../process/status.ts";
import { findPlaceHolder, inspectorPlaceOf } from "../process/inspector-place.ts";
import { listListeningSockets, reachableAddress, type ListeningSocket } from "../process/sockets.ts";
import { findSignalThread } from "../process/threads.ts";

export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** Longest wait for the process to get round to it, milliseconds. */
  readonly timeoutMs?: number;
  /** How to reach the network of the process, if it is another one. */
  readonly connect?: Connect | undefined;
  /** It takes longer than usual, because the main thread of the process is busy. */
  readonly onWait?: () => void;
}

/** Measured: 17 to 60 ms in an idle process. */
const USUAL_MS = 500;
/** A signal cannot be taken back: whoever gives up waits so long for the inspector to open, in order to close it. */
const REPENT_MS = 2000;
const POLL_MS = 10;
/** An inspector answers from a thread of its own, at once. */
const ANSWER_MS = 1000;
/** Usually it takes some 30 ms. */
const CLOSING_MS = 1500;
/** The guard closes the inspector after so many turns without a word from here. */
const GUARD_TURNS = 6;
const GUARD_TURN_MS = 2500;
/**
 * From the request to close until it is done: our farewell must have been heard by then, or Node before 24 dies of it. It
 * takes a millisecond, and on a machine that is very busy more than twenty.
 */
const FAREWELL_MS = 250;
const SIGUSR1 = 10;

/** An inspector that was opened here. */
export interface OpenedInspector {
  readonly target: InspectorTarget;
  readonly socket: ListeningSocket;
}

/**
 * Opens the inspector of the process. The caller has made sure that SIGUSR1 is safe, and closes it with `closeInspector`
 * whatever happens; after an abort, too, it mostly resolves, since what is open must be closed. Throws `CaptureError`: `not-permitted`, `no-such-process`, `no-route`, `blocked`, `aborted`.
 */
export async function openInspector(
  facts: ProcessFacts,
  options: OpenOptions = {},
): Promise<OpenedInspector> {
  const { pid } = facts;
  const label = `process ${pid}`;
  const { signal, timeoutMs = 10_000 } = options;
  if (signal?.aborted === true) throw aborted(label, signal);
  const before = new Set(listListeningSockets(pid)?.map(({ inode }) => inode));
  const holder = takenPort(facts);
  if (holder !== undefined) throw holder;
  const sleepsBefore = countSleeps(pid);
  sendSignal(facts, SIGUSR1);

  const startedAt = performance.now();
  let abortedAt: number | undefined;
  let hasWaited = false;
  for (;;) {
    const now = performance.now();
    const waitedMs = now - startedAt;
    for (const socket of listNewSockets(facts, before)) {
      const target = await askForTarget(socket, label, options.connect);
      if (target !== undefined) return { target, socket };
    }
    if (!isRunning(facts)) throw gone(label);
    if (waitedMs > USUAL_MS) {
      // The thread that waits for the signal has slept on: somebody else has got it.
      if (sleepsBefore !== undefined && countSleeps(pid) === sleepsBefore) throw ownHandler(label);
      const taken = takenPort(facts);
      if (taken !== undefined) throw taken;
      if (!hasWaited) options.onWait?.();
      hasWaited = true;
    }
    if (options.signal?.aborted === true) abortedAt ??= now;
    if (abortedAt !== undefined && now - abortedAt > REPENT_MS)
      throw abortedWhileOpening(label, facts, options.signal as AbortSignal);
    if (waitedMs > timeoutMs) throw blocked(label, facts, timeoutMs);
    await sleep(POLL_MS);
  }
}

/**
 * Arms the process itself to close the inspector when nobody says for some time that it is still needed, and says so
 * until the returned function is called or this program ends, however it does: also if it is killed, or cut off.
 */
export async function guardInspector(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<() => void> {
  await evaluate(session, `(${ARM}, 0)`, options);
  const timer = setInterval(
    () => session.post("Runtime.evaluate", { expression: RENEW, silent: true }),
    GUARD_TURN_MS,
  );
  timer.unref();
  const stop = (): void => clearInterval(timer);
  session.ended.addEventListener("abort", stop, { once: true });
  return stop;
}

/**
 * The guard counts turns of its timer, not time: while the process stands still for a snapshot, nothing runs out. Closing
 * waits a moment, since it ends the session before the answer; `require` is there only while the expression runs. Timers
 * are made behind an `await`, between two callbacks of the program: the expression itself may run in the middle of Node's
 * own timers, which would not bear it (see `loop-pause.ts`).
 */
const GUARD = `globalThis[Symbol.for("heapscope.inspector")]`;
const ARM = `${GUARD} ??= (inspector => {
  let left = ${GUARD_TURNS};
  let timer;
  const close = () => {
    clearInterval(timer);
    delete ${GUARD};
    inspector.close();
  };
  const later = (work) => (async () => { await undefined; work(); })().catch(() => {});
  later(() => {
    timer = setInterval(() => { if (--left <= 0) close(); }, ${GUARD_TURN_MS});
    timer.unref();
  });
  return { renew() { left = ${GUARD_TURNS}; }, close() { later(() => setTimeout(close, ${FAREWELL_MS})); } };
})(require("inspector"))`;
const RENEW = `${GUARD}?.renew()`;
const CLOSE = `${ARM}, ${GUARD}.close()`;

/**
 * Has the process close the inspector, and ends the session. Resolves with `true` once nobody listens any more, and with
 * `false` if that takes long: a process in the middle of a snapshot closes it afterwards. Never fails.
 */
export async function closeInspector(
  facts: ProcessFacts,
  { target, socket }: OpenedInspector,
  attached: InspectorSession | undefined,
): Promise<boolean> {
  let session = attached;
  // Whoever gave up before there was a session, or finds the inspector open from earlier, needs to arm it first.
  session ??= await connectInspector(target, { timeoutMs: 3000 }).catch(() => undefined);
  if (session !== undefined && !session.ended.aborted) {
    session.post("Runtime.evaluate", { expression: `(${CLOSE})`, includeCommandLineAPI: true, silent: true });
    session.post("Runtime.discardConsoleEntries"); // what was logged meanwhile would be kept for ever
    await session.close();
  }
  if (await isClosed(facts, socket)) return true;
  await closeInMidCode(target);
  return isClosed(facts, socket);
}

/** Waits for it a little. */
async function isClosed({ pid }: ProcessFacts, { inode }: ListeningSocket): Promise<boolean> {
  const deadline = performance.now() + CLOSING_MS;
  while (performance.now() < deadline) {
    if (listListeningSockets(pid)?.some((socket) => socket.inode === inode) !== true) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/**
 * A program that never comes to rest (`while (true)`) runs no timer, and answers all the same, in the middle of its code:
 * there it closes its inspector at once. Not the usual way: if our farewell arrives while it closes, Node before 24 dies
 * (SIGSEGV, one in five when it is idle). So none is sent here; the connection ends from the other side.
 */
async function closeInMidCode(target: InspectorTarget): Promise<void> {
  const session = await connectInspector(target, { timeoutMs: CLOSING_MS }).catch(() => undefined);
  if (session === undefined) return;
  try {
    await evaluate(session, "0", { timeoutMs: CLOSING_MS });
    session.post("Runtime.evaluate", {
      expression: `require("inspector").close()`,
      includeCommandLineAPI: true,
      silent: true,
    });
    const over = AbortSignal.any([session.ended, AbortSignal.timeout(3 * CLOSING_MS)]);
    await sleep(4 * CLOSING_MS, undefined, { signal: over });
  } catch {
    // Over; or it does not answer now, as in the middle of a snapshot.
  }
  if (!session.ended.aborted) await session.close();
}

/** Sockets that the process has opened meanwhile, the likeliest inspector first. */
function listNewSockets(facts: ProcessFacts, before: ReadonlySet<number>): ListeningSocket[] {
  const { port } = inspectorPlaceOf(facts);
  return (listListeningSockets(facts.pid) ?? [])
    .filter(({ inode }) => !before.has(inode))
    .sort((a, b) => Number(b.port === port) - Number(a.port === port));
}

/** How often the thread that waits for SIGUSR1 has gone to sleep; `undefined` if it is not to be seen. */
function countSleeps(pid: number): number | undefined {
  return ifReadable(() => findSignalThread(pid))?.sleepCount;
}

/**
 * Sends a signal to a process that handles it. That is looked at once more right before: since it was found, the process
 * may have ended and its number been given to another, or it may have become another program. Throws `CaptureError`.
 */
export function sendSignal({ pid, startTicks, executable }: ProcessFacts, signal: number): void {
  const label = `process ${pid}`;
  const now = readProcess(pid);
  if (now.startTicks !== startTicks || now.state === "zombie") throw gone(label);
  if (now.executable !== executable || !hasSignal(now.signals.caught, signal)) {
    throw new CaptureError(
      label,
      "no-route",
      `The program in ${label} has changed since it was found, and would die of the signal now; look again with “heapscope ps”.`,
    );
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") throw gone(label);
    throw new CaptureError(
      label,
      "not-permitted",
      `Cannot send a signal to ${label}: ${reasonOf(error)}; run this as its user or as root.`,
      error,
    );
  }
}

async function askForTarget(
  socket: ListeningSocket,
  label: string,
  connect: Connect | undefined,
): Promise<InspectorTarget | undefined> {
  try {
    const [target] = await listInspectorTargets(reachableAddress(socket), {
      timeoutMs: ANSWER_MS,
      ...(connect && { connect }),
    });
    return target && { ...target, label };
  } catch {
    // Not this one, or not yet: a port that the program itself opened at this very moment, or an inspector that is slow.
    return undefined;
  }
}

/** Node cannot open its inspector on a port that somebody has, and cannot be told another one from outside. */
function takenPort(facts: ProcessFacts): CaptureError | undefined {
  const holder = findPlaceHolder(facts);
  if (holder === undefined || holder.pid === facts.pid) return undefined; // its own: it has opened just now
  const args = holder.pid === undefined ? undefined : ifReadable(() => readProcWords(holder.pid!, "cmdline"));
  const name =
    holder.pid === undefined
      ? "another process"
      : `process ${holder.pid}${args === undefined ? "" : ` (${harmless(formatCommand("other", args, undefined))})`}`;
  return new CaptureError(
    `process ${facts.pid}`,
    "no-route",
    `Process ${facts.pid} would open its inspector on port ${inspectorPlaceOf(facts).port}, which ${name} has; wait until that is free, or start the program with --inspect-port=0 to let it take any.`,
  );
}

function gone(label: string): CaptureError {
  return new CaptureError(label, "no-such-process", `There is no ${label} any more.`);
}

function ownHandler(label: string): CaptureError {
  return new CaptureError(
    label,
    "no-route",
    `The program in ${label} handles SIGUSR1 itself, so its inspector stays closed (its handler has run once now); start it with --inspect or --heapsnapshot-signal=SIGUSR2.`,
  );
}

function blocked(label: string, facts: ProcessFacts, timeoutMs: number): CaptureError {
  return new CaptureError(
    label,
    "blocked",
    `The main thread of ${label} did not get round to opening the inspector within ${timeoutMs / 1000} s, as when it waits for a child process; try again later. ${willOpenLater(facts)}`,
  );
}

function abortedWhileOpening(label: string, facts: ProcessFacts, signal: AbortSignal): CaptureError {
  return new CaptureError(label, "aborted", `Stopped as asked. ${willOpenLater(facts)}`, signal.reason);
}

/** A signal cannot be taken back. */
function willOpenLater(facts: ProcessFacts): string {
  const { port } = inspectorPlaceOf(facts);
  const where = port === 0 ? "on a port of its choice" : `on port ${port}`;
  return `It will open its inspector ${where} when it does: capture it then, which closes it: heapscope capture ${facts.pid} --close-inspector.`;
}
