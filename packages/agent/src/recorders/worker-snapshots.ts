// Heap snapshots of worker threads, through an inspector session of the process: each is made and written by its own thread, and
// comes here as messages. `worker.getHeapSnapshot()` would be shorter, but reads a worker's snapshot in the main thread, and
// kills the process if the worker ends meanwhile (Node 18 to 26).
//
// A session that ends renews the ids of objects, so it stays from the first capture of workers on, attached to none of them; on
// Node 18 and 20 that would cost memory, so there it ends. A worker that is busy answers when it has time, or is left out.
// Cost: as for the main thread, in the worker's time; and 10 ms for each megabyte here.

import type { CapturedFile } from "../api.ts";
import { sentence } from "../events.ts";
import { formatSize, mayTake, memoryFor } from "../preflight/preflight.ts";
import { openSession, type InspectorSession } from "./inspector-session.ts";
import { recordFile } from "./record-file.ts";
import type { ThreadLink } from "../thread-link.ts";
import type { RecordContext } from "./recorder.ts";
import { whileRunning } from "./while-running.ts";

/** A worker thread that has not answered then waits for something itself; and so long for a byte of its heap. */
const WORKER_MS = 10_000;
const BYTE_MS = 1e-4;

/** From the inspector of a worker. */
interface WorkerMessage {
  readonly result?: object;
  readonly error?: { readonly message: string };
  readonly params?: { readonly chunk?: string };
}

/** An open session, and who is attached. */
export interface WorkerSession {
  readonly session: InspectorSession;
  /** By the id of the thread. */
  readonly attached: Map<number, { readonly sessionId: string; readonly name: string }>;
  readonly listeners: Map<string, (message: WorkerMessage) => void>;
}

export async function recordWorkers(context: RecordContext): Promise<CapturedFile[]> {
  const { thread: link, signal, numericValues } = context;
  const files: CapturedFile[] = [];
  if (link.workers.size === 0) return files;
  try {
    const { session, attached, listeners } = (link.workerSession ??= attach(link));
    attached.clear();
    await whileRunning(
      signal,
      WORKER_MS,
      session.post("NodeWorker.enable", { waitForDebuggerOnStart: false }),
    );
    for (const worker of link.workers) {
      const { threadId: id } = worker;
      const found = attached.get(id);
      if (!found) continue;
      const { sessionId, name } = found;
      let onExit = (): void => {};
      const ended = new Promise<never>((_resolve, reject) => {
        onExit = () => reject(new Error("it has ended"));
      });
      // It may be waited for by nobody, and have happened already.
      ended.catch(() => {});
      worker.once("exit", onExit);
      if (worker.threadId < 0) onExit();
      try {
        files.push(
          await recordFile(context, { id, name }, async (write) => {
            const ask = <Result>(ms: number, method: string, params: object = {}): Promise<Result> => {
              const answer = new Promise<Result>((resolve, reject) => {
                listeners.set(sessionId, ({ error, params: notice, result }) => {
                  if (notice?.chunk !== undefined) write(notice.chunk);
                  else if (error) reject(new Error(error.message));
                  else if (result) resolve(result as Result);
                });
                const message = JSON.stringify({ id: 1, method, params });
                session.post("NodeWorker.sendMessageToWorker", { sessionId, message }).catch(reject);
              });
              return whileRunning(signal, ms, Promise.race([answer, ended]));
            };
            const { usedSize } = await ask<{ usedSize: number }>(WORKER_MS, "Runtime.getHeapUsage");
            const memory = memoryFor(usedSize, numericValues);
            if (!mayTake(memory))
              throw new Error(`its snapshot may take ${formatSize(memory)}, which are not free`);
            const before = performance.now();
            await ask(WORKER_MS + usedSize * BYTE_MS, "HeapProfiler.takeHeapSnapshot", {
              captureNumericValue: numericValues,
            });
            return performance.now() - before;
          }),
        );
      } catch (error) {
        if (signal.aborted) throw error;
        context.warn(`${name} was left out: ${sentence(error)}`);
      }
      worker.off("exit", onExit);
      listeners.delete(sessionId);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    context.warn(`worker threads were left out: ${sentence(error)}`);
  }
  // Where V8 would keep what is logged for as long as a session is there, it ends, and ids with it.
  if (Number.parseInt(process.versions.node) < 22) link.leaveWorkers();
  else await link.workerSession?.session.post("NodeWorker.disable").catch(() => {});
  return files;
}

function attach(link: ThreadLink): WorkerSession {
  const session = openSession(link);
  const attached: WorkerSession["attached"] = new Map();
  const listeners: WorkerSession["listeners"] = new Map();
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
    const [, id, name] = /(\d+)\]? ?(?:WorkerThread)?(.*)/.exec(workerInfo.title) ?? [];
    attached.set(Number(id), { sessionId, name: name || `worker ${id}` });
  });
  session.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }) =>
    listeners.get(sessionId)?.(JSON.parse(message) as WorkerMessage),
  );
  return { session, attached, listeners };
}
