/**
 * The threads that help to open a file: all of them while its rows are read, then one of them with the table that takes longest,
 * so that the caller's thread can do the rest meanwhile. They start before the first byte is read, so that they are ready when
 * the first rows come, and end with their work, or when no table is wanted for a while.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { CancelSignal, RowsJob, TableFor, TableJob, TableRequest, TableThread } from "@heapscope/engine";
import type { ThreadJob } from "./engine-thread.ts";

/** How often a running job looks at its signal, in milliseconds. */
const SIGNAL_MS = 30;
/** How long a thread waits for a table's job before it ends, in milliseconds. */
const IDLE_MS = 60_000;
/** More threads than this do not read a file faster: memory is the limit. */
const MOST_THREADS = 4;
/** Files of fewer bytes are read about as fast by one thread, whose code is warm sooner. */
const LEAST_SIZE = 48 << 20;

/** The young generation of a thread's heap, in megabytes: what it works on is not in its heap. */
const YOUNG_GENERATION_MB = 4;

export interface ThreadTeam extends TableThread {
  /** Sends a part of reading to all. */
  help(job: RowsJob, descriptor: number): void;
  /** Whether one of them has failed, or ended without being told to. */
  readonly isBroken: boolean;
  /** Ends all but one, which waits for a table's job, though not for ever. */
  endReading(): void;
  /** Ends all, when no job will come. */
  end(): void;
}

/** How many threads to read a file of so many bytes with, this one included. */
export function usualThreads(byteLength: number): number {
  return byteLength < LEAST_SIZE ? 1 : Math.min(availableParallelism(), MOST_THREADS);
}

/**
 * Starts `count` threads, if the program is built (a worker cannot run TypeScript on every supported Node). They do not keep
 * the process alive.
 */
export function startThreads(count: number): ThreadTeam | undefined {
  const program = new URL("./engine-thread.js", import.meta.url);
  if (count < 1 || !existsSync(program)) return undefined;
  let isBroken = false;
  const workers = new Set<Worker>();
  for (let i = 0; i < count; i++) {
    const worker = new Worker(program, {
      // What the program was started with is not meant for it: with `--input-type` it would not even start.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.unref();
    // Out of memory, most likely: its work is then done by the caller's thread.
    worker.once("error", () => (isBroken = true));
    worker.once("exit", () => {
      if (workers.delete(worker)) isBroken = true;
    });
    workers.add(worker);
  }
  const send = (worker: Worker, message: ThreadJob): void => worker.postMessage(message);
  const endOne = (worker: Worker): void => {
    workers.delete(worker);
    void worker.terminate();
  };
  const end = (): void => {
    clearTimeout(patience);
    for (const worker of workers) endOne(worker);
  };
  let patience: NodeJS.Timeout | undefined;

  return {
    end,
    get isBroken() {
      return isBroken;
    },
    help: (job, descriptor) => {
      for (const worker of workers) send(worker, { kind: "rows", job, descriptor });
    },
    endReading: () => {
      patience = setTimeout(end, IDLE_MS);
      patience.unref();
      for (const worker of [...workers].slice(1)) endOne(worker);
    },
    run: <Request extends TableRequest>(job: TableJob<Request>, signal?: CancelSignal) => {
      clearTimeout(patience);
      const [worker] = workers;
      if (worker === undefined) return Promise.resolve(undefined);
      workers.delete(worker);
      return new Promise((resolve) => {
        // The watch keeps the process alive while somebody waits.
        const watch = setInterval(() => {
          if (signal?.aborted === true) done(undefined);
        }, SIGNAL_MS);
        let isDone = false;
        const done = (table: TableFor<Request> | undefined): void => {
          // Its end is told as well.
          if (isDone) return;
          isDone = true;
          clearInterval(watch);
          // Until it is gone, it holds the columns; who lets go of the snapshot wants their memory.
          void worker.terminate().then(() => resolve(table));
        };
        worker.once("message", done);
        worker.once("error", () => done(undefined));
        worker.once("exit", () => done(undefined));
        send(worker, { kind: "table", job });
      });
    },
  };
}
