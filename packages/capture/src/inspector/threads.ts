// The threads of a target that have heaps of their own: worker threads of Node and Deno, workers and frames of a page.
// Their messages travel through the session of the main thread, so it alone needs a connection:
//
//   Node, Deno   NodeWorker.sendMessageToWorker {sessionId, message}     the message as a text within a message
//   Chromium     the message itself with a sessionId                     "flattened"
//
// A worker answers only while the main thread can pass its messages on. Threads come and go; the list follows them.

import { setTimeout as sleep } from "node:timers/promises";
import { CaptureError, harmless } from "../capture-error.ts";
import type { Channel, ChannelReceiver } from "./channel.ts";
import { InspectorSession, type SendOptions } from "./inspector-session.ts";
import { evaluate } from "./target-facts.ts";

const LATE_MS = 250;

/** A thread with a heap of its own. */
export interface TargetThread {
  /** 0 for the main thread; Node's `threadId` for a worker; else counted from 1. */
  readonly id: number;
  /** `main`, `worker 2`, `worker 2 pool-0`; for pages the type and address of the worker. Not escaped. */
  readonly name: string;
  /** Ends with the session of the main thread. */
  readonly session: InspectorSession;
}

/** All threads of a target. Made by `openThreads`. */
export interface TargetThreads {
  /** The main thread first, then the others in the order in which they started. */
  current(): readonly TargetThread[];
  /** Leaves the workers; the main session stays open. */
  close(): Promise<void>;
}

/**
 * Attaches to all threads behind the session of a main thread, those too that start later. A target without threads has
 * its main thread. Throws `CaptureError` when the session fails. Cost: a few messages for each worker.
 */
export async function openThreads(main: InspectorSession, options: SendOptions = {}): Promise<TargetThreads> {
  for (const attach of [attachNodeWorkers, attachChildTargets]) {
    try {
      return await attach(main, options);
    } catch (error) {
      // A runtime that does not know these commands; the other kind may do.
      if (!(error instanceof CaptureError) || error.code !== "refused") throw error;
    }
  }
  return { current: () => [mainThread(main)], close: () => Promise.resolve() };
}

function mainThread(session: InspectorSession): TargetThread {
  return { id: 0, name: "main", session };
}

async function attachNodeWorkers(main: InspectorSession, options: SendOptions): Promise<TargetThreads> {
  const workers = new Map<string, { title: string; channel: WorkerChannel; session: InspectorSession }>();
  const releases = [
    main.on("NodeWorker.attachedToWorker", ({ sessionId, workerInfo }) => {
      const channel = new WorkerChannel(main, sessionId, workerInfo.workerId);
      const label = `${main.target.label} worker`;
      const target = { ...main.target, title: workerInfo.title, type: "worker", label };
      workers.set(sessionId, {
        title: workerInfo.title,
        channel,
        session: new InspectorSession(target, channel),
      });
    }),
    main.on("NodeWorker.receivedMessageFromWorker", ({ sessionId, message }) =>
      workers.get(sessionId)?.channel.receive(Buffer.from(message)),
    ),
    main.on("NodeWorker.detachedFromWorker", ({ sessionId }) => {
      workers.get(sessionId)?.channel.end();
      workers.delete(sessionId);
    }),
  ];
  const end = (): void => {
    for (const release of releases) release();
    for (const { channel } of workers.values()) channel.end();
    workers.clear();
  };
  main.ended.addEventListener("abort", end, { once: true });
  try {
    await main.send("NodeWorker.enable", { waitForDebuggerOnStart: false }, options);
    if ((await evaluate(main, `typeof Deno`, options)) === "object") await awaitLateWorkers(workers);
  } catch (error) {
    end();
    throw error;
  }
  const names = new Map<string, { id: number; name: string }>();
  for (const [sessionId, { title, session }] of workers)
    names.set(sessionId, await nameWorker(title, session, options));
  return {
    current: () => [
      mainThread(main),
      ...[...workers]
        .map(([sessionId, { title, session }]) => ({
          ...(names.get(sessionId) ?? parseTitle(title) ?? { id: Number(sessionId), name: "worker" }),
          session,
        }))
        .toSorted((a, b) => a.id - b.id),
    ],
    async close() {
      if (!main.ended.aborted) await main.send("NodeWorker.disable", undefined, options).catch(() => {});
      end();
    },
  };
}

/** Node tells of its workers before it answers, Deno some 50 ms afterwards. */
async function awaitLateWorkers(workers: ReadonlyMap<string, unknown>): Promise<void> {
  for (let known = -1; known < workers.size; await sleep(LATE_MS)) known = workers.size;
}

/** Sessions are numbered in the order of attaching, which is not that of the threads: their ids are elsewhere. */
async function nameWorker(
  title: string,
  session: InspectorSession,
  options: SendOptions,
): Promise<{ id: number; name: string }> {
  const parsed = parseTitle(title);
  if (parsed !== undefined) return parsed;
  const id = await evaluate(session, `require("worker_threads").threadId`, { timeoutMs: 2000, ...options })
    .then(Number)
    .catch(() => Number.NaN);
  return Number.isInteger(id) ? { id, name: `worker ${id}` } : { id: 1, name: title };
}

/** `Worker 3`, `[worker 3]`, Deno's `worker [3]`, `[worker 3] pool-0`; `[worker 3] WorkerThread` is how Node 24 calls one without a name. */
function parseTitle(title: string): { id: number; name: string } | undefined {
  const found = /^\[?worker \[?(\d+)\]?\s*(.*)$/is.exec(title);
  if (found === null) return undefined;
  const name = found[2] === "WorkerThread" ? "" : (found[2] ?? "");
  return { id: Number(found[1]), name: `worker ${found[1]}${name === "" ? "" : ` ${name}`}` };
}

/** A worker of Node behind the session of its process. */
class WorkerChannel implements Channel {
  readonly #main: InspectorSession;
  readonly #sessionId: string;
  readonly #workerId: string;
  #receiver: ChannelReceiver | undefined;
  #leave = (): void => {};

  constructor(main: InspectorSession, sessionId: string, workerId: string) {
    this.#main = main;
    this.#sessionId = sessionId;
    this.#workerId = workerId;
  }

  open(receiver: ChannelReceiver): void {
    this.#receiver = receiver;
    const session = JSON.stringify(this.#sessionId);
    const before = Buffer.from(
      `{"method":"NodeWorker.receivedMessageFromWorker","params":{"sessionId":${session},"message":"`,
    );
    // Deno's longer form first, since it ends like Node's.
    const leaves = [`","workerId":${JSON.stringify(this.#workerId)}}}`, '"}}'].map((after) =>
      this.#main.relay({ before, after: Buffer.from(after) }, (text) => this.receive(text)),
    );
    this.#leave = () => {
      for (const leave of leaves) leave();
    };
  }

  receive(message: Buffer): void {
    this.#receiver?.receive(message);
  }

  send(text: string): void {
    if (this.#receiver === undefined) return;
    this.#main.post("NodeWorker.sendMessageToWorker", { sessionId: this.#sessionId, message: text });
  }

  pause(): void {
    this.#main.pause();
  }

  resume(): void {
    this.#main.resume();
  }

  close(): Promise<void> {
    if (this.#receiver !== undefined && !this.#main.ended.aborted)
      this.#main.post("NodeWorker.detach", { sessionId: this.#sessionId });
    this.end();
    return Promise.resolve();
  }

  end(): void {
    this.#leave();
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.end(workerLost(this.#main));
  }
}

function workerLost(main: InspectorSession): CaptureError {
  if (main.ended.aborted) return main.ended.reason as CaptureError;
  const { label } = main.target;
  return new CaptureError(
    label,
    "target-lost",
    `A worker thread of ${harmless(label)} has ended; capture those that are still there.`,
  );
}

async function attachChildTargets(main: InspectorSession, options: SendOptions): Promise<TargetThreads> {
  const children = new Map<string, { name: string; session: InspectorSession; end: () => void }>();
  const attach = (sessionId: string, type: string, url: string): void => {
    const channel = new ChildChannel(main, sessionId);
    const name = url === "" ? type : `${type} ${url}`;
    const target = { ...main.target, title: url, type, label: `${main.target.label} ${type}` };
    children.set(sessionId, {
      name,
      session: new InspectorSession(target, channel, sessionId),
      end: () => channel.end(),
    });
  };
  const releases = [
    main.on("Target.attachedToTarget", ({ sessionId, targetInfo }) =>
      attach(sessionId, targetInfo.type, targetInfo.url),
    ),
    main.on("Target.detachedFromTarget", ({ sessionId }) => {
      children.get(sessionId)?.end();
      children.delete(sessionId);
    }),
  ];
  const end = (): void => {
    for (const release of releases) release();
    for (const child of children.values()) child.end();
    children.clear();
  };
  main.ended.addEventListener("abort", end, { once: true });
  const setting = { waitForDebuggerOnStart: false, flatten: true };
  try {
    await main.send("Target.setAutoAttach", { ...setting, autoAttach: true }, options);
  } catch (error) {
    end();
    throw error;
  }
  return {
    current: () => [
      mainThread(main),
      ...[...children.values()].map(({ name, session }, index) => ({ id: index + 1, name, session })),
    ],
    async close() {
      if (!main.ended.aborted)
        await main.send("Target.setAutoAttach", { ...setting, autoAttach: false }, options).catch(() => {});
      end();
    },
  };
}

/** A worker of a page, on the connection of the page. */
class ChildChannel implements Channel {
  readonly #main: InspectorSession;
  readonly #sessionId: string;
  #receiver: ChannelReceiver | undefined;
  #line: { send(text: string): void; leave(): void } | undefined;

  constructor(main: InspectorSession, sessionId: string) {
    this.#main = main;
    this.#sessionId = sessionId;
  }

  open(receiver: ChannelReceiver): void {
    this.#receiver = receiver;
    this.#line = this.#main.adopt(this.#sessionId, (message) => receiver.receive(message));
  }

  send(text: string): void {
    this.#line?.send(text);
  }

  pause(): void {
    this.#main.pause();
  }

  resume(): void {
    this.#main.resume();
  }

  close(): Promise<void> {
    if (this.#line !== undefined && !this.#main.ended.aborted)
      this.#main.post("Target.detachFromTarget", { sessionId: this.#sessionId });
    this.end();
    return Promise.resolve();
  }

  end(): void {
    this.#line?.leave();
    this.#line = undefined;
    const receiver = this.#receiver;
    this.#receiver = undefined;
    receiver?.end(workerLost(this.#main));
  }
}
