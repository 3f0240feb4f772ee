/**
 * Lays out dominator trees in a worker thread, so that the caller's thread can do the rest meanwhile. The thread starts
 * while the file is read, so that it is ready when the job comes, and ends with the job, or when none comes for a while.
 */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { DominatorThread } from "@heapscope/engine";

/** How often a running job looks at its signal, in milliseconds. */
const SIGNAL_MS = 30;
/** How long a thread waits for a job before it ends, the time of reading included, in milliseconds. */
const IDLE_MS = 60_000;

/** A thread that can be ended when no job will come. */
export interface EndableThread extends DominatorThread {
  end(): void;
}

/**
 * Starts a thread, if there is a second processor and the program is built (a worker cannot run TypeScript on every
 * supported Node). It does not keep the process alive.
 */
export function startDominatorThread(): EndableThread | undefined {
  const program = new URL("./dominator-thread.js", import.meta.url);
  if (availableParallelism() < 2 || !existsSync(program)) return undefined;
  let idle: Worker | undefined = new Worker(program);
  idle.unref();
  // Out of memory, most likely: the job is then done by the caller's thread.
  idle.once("error", () => undefined);
  idle.once("exit", () => {
    idle = undefined;
  });
  const endIdle = (): void => {
    clearTimeout(patience);
    void idle?.terminate();
    idle = undefined;
  };
  const patience = setTimeout(endIdle, IDLE_MS);
  patience.unref();

  return {
    end: endIdle,
    run: (job, signal) => {
      const worker = idle;
      idle = undefined;
      clearTimeout(patience);
      if (worker === undefined) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        // The watch keeps the process alive while somebody waits.
        const watch = setInterval(() => {
          if (signal?.aborted === true) end(undefined);
        }, SIGNAL_MS);
        const end = (tree: Awaited<ReturnType<DominatorThread["run"]>>): void => {
          clearInterval(watch);
          void worker.terminate();
          resolve(tree);
        };
        worker.once("message", end);
        worker.once("error", () => end(undefined));
        worker.once("exit", () => end(undefined));
        worker.postMessage(job);
      });
    },
  };
}
