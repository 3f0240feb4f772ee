// The service's side of the agent's thread: starts it for a piece of work, sends pieces of files to it, ends it when it has
// nothing to do. Names, folder, compression and redaction of all files are decided here.
//
//   open ──▶ "opened" ──▶ piece, piece, … ──▶ close ──▶ "written" | "failed"
//
// Memory stays bounded whatever the disk does: who sends waits (Atomics.wait) while more than 64 MB are under way, and gives
// up when nothing moves for 30 s. Pieces come while V8 writes a snapshot, in a callback that must not throw; so `write` keeps
// what went wrong, and `close` rejects with it. If the thread dies, its jobs are rejected and their halves removed.
//
// With `redact: fn` the function must run in the service's realm: the redactor, which is part of the thread's text, is
// evaluated here, and pieces are redacted before they are sent.
//
// An inspector session that must not be the main thread's is the thread's, which stays as long (`inspect`).
//
// Cost: nothing until the first capture; then 40 ms on another core, some 10 MB, and 10 µs for each piece of 64 KiB.

import { randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import type { Worker } from "node:worker_threads";
import { Refusal } from "./agent-error.ts";
import type { AgentEvent, RecorderName, RedactionReport } from "./api.ts";
import type { Settings } from "./config/settings.ts";
import { loadModule } from "./load-module.ts";
import type { createRedactor } from "./redact/index.ts";
import { evaluateThread, threadText } from "./thread-text.ts";
import { partialsOf } from "./thread/file-names.ts";
import {
  FLOW,
  type Delivery,
  type FileOrder,
  type FromThread,
  type Heard,
  type ThreadData,
  type ToThread,
} from "./thread/messages.ts";
import type { WrittenFile } from "./thread/write-file.ts";

/** The same for all files of an agent. */
export interface LinkOptions {
  readonly settings: Pick<Settings, "directory" | "gzip" | "redact" | "redactPatterns">;
  /** Of the agent. */
  readonly version: string;
  /** Worker threads of the service that were started before. */
  readonly workers?: Iterable<Worker>;
  /** Never throws. */
  readonly tell: (event: Omit<AgentEvent, "timestamp">) => void;
}

/** What is to be written. */
export interface FileRequest {
  /** Of the capture. */
  readonly id: string;
  readonly recorder: RecorderName;
  readonly threadId: number;
  readonly signal: AbortSignal;
}

/** A file that is open. End it with `close` or `abort`. */
export interface OpenFile {
  /** Never throws. May wait for the disk. */
  readonly write: (piece: Uint8Array | string) => void;
  /**
   * `record` becomes `FILE.json`, with what the thread adds. Rejects with a `Refusal`. Urgent: the service stands still until the
   * file is whole, since it may end at any moment.
   */
  close(record: object, isUrgent: boolean): Promise<WrittenFile>;
  /** Does nothing after the end. */
  abort(): void;
}

/** What the thread said when it had nothing more to send. */
type Delivered = Extract<FromThread, { type: "idle" }>;

export interface ThreadLink {
  /** Worker threads of the service that were started since, and are running. */
  readonly workers: ReadonlySet<Worker>;
  /** Name and version of the agent. */
  readonly tool: string;
  /**
   * Asks the process's inspector, in a session of the agent's thread, which stays until the session ends. Throws a `Refusal`
   * when the agent was stopped.
   */
  inspect(method: string, params?: object): void;
  /** Told what that session says: answers with the method that was asked, and what happens. */
  hear?: (heard: Heard) => void;
  /** Ends that session, and waits for it, at most a second: Node may die of one that is open when the process ends. */
  leaveWorkers(): void;
  /** How many snapshots were begun. */
  snapshots: number;
  /** Equal for snapshots of a thread whose ids mean the same. */
  idSpace(threadId: number): string;
  /** To be called when an inspector session of the main thread ends: V8 forgets its ids then. */
  renewIds(): void;
  /** Resolves when the file is there to be written: before the service stands still. Rejects with a `Refusal`. */
  open(request: FileRequest): Promise<OpenFile>;
  /** Applies retention, and sends what is pending. Rejects with a `Refusal` if that cannot be done. */
  deliver(delivery: Delivery): Promise<Delivered>;
  /** Synchronous, for the end of the process. */
  removePartialFiles(): void;
  /** Ends everything that is under way. Idempotent. */
  stop(): Promise<void>;
}

const MOST_PENDING = 64 << 20;
const GIVE_UP_MS = 30_000;
const REST_MS = 1000;

const EXTENSIONS: Readonly<Record<RecorderName, string>> = {
  "heap-snapshot": "heapsnapshot",
  "heap-profile": "heapprofile",
  timeline: "heaptimeline",
  "cpu-profile": "cpuprofile",
  "memory-record": "json",
};

/** Of the answer that comes next. */
interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Job extends Waiting<WrittenFile | undefined> {
  readonly order: FileOrder;
  /** Why there will be no file. */
  error?: Error;
}

export function createThreadLink({ settings, version, tell, workers: early = [] }: LinkOptions): ThreadLink {
  const { directory, gzip, redact, redactPatterns: patterns } = settings;
  const jobs = new Map<number, Job>();
  /** Answered one after the other. */
  const deliveries: Waiting<Delivered>[] = [];
  const workers = new Set<Worker>();
  let thread: Worker | undefined;
  let flow: Int32Array = new Int32Array(0);
  let lastJob = 0;
  let rest: NodeJS.Timeout | undefined;
  let isStopped = false;
  const ids = randomUUID();
  /** The same for all captures of a process, so that redacted ones can be compared. It is never written. */
  const key = randomBytes(16);
  let sessions = 0;
  let isInspecting = false;

  /** The event comes a tick after the thread was made. */
  const addWorker = (worker: Worker): void => {
    if (worker === thread) return;
    workers.add(worker);
    worker.once("exit", () => workers.delete(worker));
  };
  process.on("worker", addWorker);
  for (const worker of early) addWorker(worker);

  const send = (message: ToThread, transfer?: ArrayBuffer[]): void => thread?.postMessage(message, transfer);

  const start = (isAborted = false): void => {
    if (isStopped || isAborted) throw new Refusal("stopped", "the agent was stopped");
    clearTimeout(rest);
    if (thread) return;
    flow = new Int32Array(new SharedArrayBuffer(4 * FLOW.length));
    const worker = new (loadModule<typeof import("node:worker_threads")>("worker_threads").Worker)(
      threadText(),
      {
        eval: true,
        workerData: { heapscopeFlow: flow } satisfies ThreadData,
        // What is preloaded into the service's threads has no business in this one.
        env: { ...process.env, NODE_OPTIONS: "" },
        execArgv: [],
        stdout: true,
        stderr: true,
      },
    );
    const ended = (reason: unknown): void => {
      if (thread === worker) giveUp("failed", `the agent's thread ended (${String(reason)})`);
    };
    worker.on("message", hear).on("error", ended).on("exit", ended).unref();
    thread = worker;
  };

  const hear = (message: FromThread): void => {
    if (message.type === "event") {
      tell(message.event);
      return;
    }
    if (message.type === "heard") {
      link.hear?.(message);
      return;
    }
    if (message.type === "idle") {
      const waiting = deliveries.shift();
      if (message.problem === undefined) waiting?.resolve(message);
      else waiting?.reject(nothingSent("failed", message.problem));
    } else {
      const job = jobs.get(message.job);
      if (!job) return;
      if (message.type !== "opened") jobs.delete(message.job);
      if (message.type === "failed") fail(job, "failed", message.message);
      else job.resolve(message.type === "written" ? message.file : undefined);
    }
    endIfIdle();
  };

  const fail = (job: Job, code: "failed" | "stopped", reason: string): void => {
    job.error ??= new Refusal(code, `${job.order.name} could not be written to ${directory}: ${reason}`);
    job.reject(job.error);
  };

  const endIfIdle = (): void => {
    clearTimeout(rest);
    if (isInspecting || jobs.size + deliveries.length > 0) return;
    rest = setTimeout(() => {
      const worker = thread;
      thread = undefined;
      void worker?.terminate();
    }, REST_MS).unref();
  };

  const giveUp = (code: "failed" | "stopped", reason: string): void => {
    thread = undefined;
    clearTimeout(rest);
    removePartialFiles();
    for (const job of jobs.values()) fail(job, code, reason);
    jobs.clear();
    for (const { reject } of deliveries.splice(0)) reject(nothingSent(code, reason));
    if (isInspecting) sessions++;
    isInspecting = false;
  };

  const removePartialFiles = (): void => {
    for (const { order } of jobs.values()) {
      for (const partial of partialsOf(order)) {
        try {
          fs.rmSync(partial, { force: true });
        } catch {
          // The folder is gone, or not ours any more.
        }
      }
    }
  };

  const link: ThreadLink = {
    workers,
    tool: `@heapscope/agent ${version}`,
    snapshots: 0,
    idSpace: (threadId) => `${ids}.${threadId}.${sessions}`,
    renewIds: () => {
      sessions++;
    },

    async open(request) {
      const { recorder, signal } = request;
      const isGraph = recorder === "heap-snapshot" || recorder === "timeline";
      const id = ++lastJob;
      const job = {
        order: {
          directory,
          name: nameOf(request),
          recorder,
          gzip: gzip && recorder !== "memory-record",
          ...(isGraph && typeof redact === "string" && { redact: { mode: redact, patterns, key } }),
        },
      } as unknown as Job;
      const answer = <Answer>(): Promise<Answer> =>
        new Promise<Answer>((resolve, reject) => Object.assign(job, { resolve, reject }));
      /** The job stays on the list until the thread has removed what there is. */
      const abort = (code: "failed" | "stopped", reason: string): void => {
        if (!jobs.has(id) || job.error) return;
        send({ type: "abort", job: id });
        fail(job, code, reason);
      };
      const onStop = (): void => abort("stopped", "the agent was stopped");
      /** What runs inside of V8's callbacks must not throw. */
      const attempt = (action: () => void): void => {
        try {
          if (!job.error) action();
        } catch (error) {
          abort("failed", (error as Error).message);
        }
      };
      const sendPiece = (piece: Uint8Array): void => {
        if (!piece.length) return;
        Atomics.add(flow, FLOW.pendingBytes, piece.length);
        // Where the piece has a buffer of its own, that moves instead of being copied.
        const isWhole = piece.length === piece.buffer.byteLength;
        send({ type: "piece", job: id, piece }, isWhole ? [piece.buffer as ArrayBuffer] : []);
        if (waitFor(flow, MOST_PENDING)) return;
        // Nothing will come of this thread any more.
        void thread?.terminate();
        giveUp("failed", "what writes files stands still");
      };
      const opened = answer<void>();
      let write = sendPiece;
      let redactor: ReturnType<typeof createRedactor> | undefined;
      try {
        start(signal.aborted);
        if (isGraph && typeof redact === "function") {
          // What is emitted may be part of a buffer that is used again.
          redactor = evaluateThread().createRedactor({ mode: redact, patterns, key }, (bytes) =>
            sendPiece(new Uint8Array(bytes)),
          );
          write = (piece) => redactor!.write(piece);
        }
        jobs.set(id, job);
        signal.addEventListener("abort", onStop);
        send({ type: "open", job: id, order: job.order });
      } catch (error) {
        if (error instanceof Refusal) job.reject(error);
        else fail(job, "failed", (error as Error).message);
      }
      await opened;
      return {
        write: (piece) => attempt(() => write(typeof piece === "string" ? Buffer.from(piece) : piece)),
        async close(record, isUrgent) {
          let redacted: RedactionReport | undefined;
          attempt(() => (redacted = redactor?.end()));
          if (job.error) throw job.error;
          const written = answer<WrittenFile>();
          Atomics.add(flow, FLOW.pendingBytes, 1);
          send({ type: "close", job: id, record, ...(redacted && { redacted }) });
          if (isUrgent) waitFor(flow, 0);
          return written;
        },
        abort: () => {
          signal.removeEventListener("abort", onStop);
          abort("failed", "it was given up");
        },
      };
    },

    deliver: (delivery) =>
      new Promise((resolve, reject) => {
        start();
        deliveries.push({ resolve, reject });
        send({ type: "deliver", directory, delivery });
      }),
    removePartialFiles,
    inspect(method, params) {
      start();
      isInspecting = true;
      send({ type: "inspect", method, params });
    },
    leaveWorkers() {
      if (!isInspecting) return;
      isInspecting = false;
      sessions++;
      Atomics.add(flow, FLOW.pendingBytes, 1);
      send({ type: "inspect" });
      waitFor(flow, 0, 1000);
      endIfIdle();
    },
    async stop() {
      link.leaveWorkers();
      isStopped = true;
      process.off("worker", addWorker);
      const worker = thread;
      thread = undefined;
      await worker?.terminate();
      giveUp("stopped", "the agent was stopped");
    },
  };
  return link;
}

/** Waits while more than `most` is under way; `false` if nothing moves any more. */
export function waitFor(flow: Int32Array, most: number, giveUpMs: number = GIVE_UP_MS): boolean {
  let giveUpAt = performance.now() + giveUpMs;
  for (let pending; (pending = Atomics.load(flow, FLOW.pendingBytes)) > most;) {
    if (Atomics.load(flow, FLOW.isDead)) return false;
    if (Atomics.wait(flow, FLOW.pendingBytes, pending, 500) !== "timed-out")
      giveUpAt = performance.now() + giveUpMs;
    else if (performance.now() > giveUpAt) return false;
  }
  return true;
}

function nameOf({ id, recorder, threadId }: FileRequest): string {
  const host = os.hostname().replace(/[^\w.-]/g, "_");
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  return `${recorder}-${host}-${process.pid}-${threadId}-${stamp}-${id.slice(0, 8)}.${EXTENSIONS[recorder]}`;
}

function nothingSent(code: "failed" | "stopped", reason: string): Refusal {
  return new Refusal(code, `nothing was sent: ${reason}`);
}
