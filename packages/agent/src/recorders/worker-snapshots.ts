// Heap snapshots of worker threads, through an inspector session of the process: each is made by its own thread, and comes here
// as messages. `worker.getHeapSnapshot()` would be shorter, but reads a worker's snapshot in the main thread, and kills the
// process if the worker ends meanwhile (Node 18 to 26).
//
// The session is the agent's thread's. One of the main thread is called while Node walks along its list of workers; before
// a function runs, Node takes workers that have ended off that same list, and the process dies (SIGSEGV, Node 18 to 26).
//
// A session that ends renews the ids of objects, so it stays from the first capture of workers on, and the thread with it, for
// 10 MB; on Node 18 and 20 that would cost more, so there it ends. A worker that is busy answers when it has time, or is
// left out. Cost: as for the main thread, in the worker's time; and 10 ms for each megabyte here.

import type { CapturedFile } from "../api.ts";
import { sentence } from "../events.ts";
import { formatSize, mayTake, memoryFor } from "../preflight/preflight.ts";
import { recordFile } from "./record-file.ts";
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

export async function recordWorkers(context: RecordContext): Promise<CapturedFile[]> {
  const { thread: link, signal, numericValues } = context;
  const files: CapturedFile[] = [];
  if (link.workers.size === 0) return files;
  /** Who is attached, by the id of the thread: session and name. */
  const attached = new Map<number, readonly [string, string]>();
  /** Of the worker whose turn it is. */
  let asked: string;
  let answer: (message: WorkerMessage) => void;
  try {
    const enabled = new Promise<void>((resolve, reject) => {
      link.hear = ({ method, error, params }) => {
        if (error) reject(new Error(error));
        else if (method === "NodeWorker.enable") resolve();
        if (!params) return;
        const { sessionId, message, workerInfo } = params;
        if (message && sessionId === asked) answer(JSON.parse(message) as WorkerMessage);
        const [, id, name] = /(\d+)\]? ?(?:WorkerThread)?(.*)/.exec(workerInfo?.title) ?? [];
        if (id) attached.set(Number(id), [sessionId, name || `worker ${id}`]);
      };
      link.inspect("NodeWorker.enable", { waitForDebuggerOnStart: false });
    });
    await whileRunning(signal, WORKER_MS, enabled);
    for (const worker of link.workers) {
      const { threadId: id } = worker;
      const [sessionId, name] = attached.get(id) ?? [];
      if (!name) continue;
      answer = () => {};
      const onExit = (): void => answer({ error: { message: "it has ended" } });
      worker.once("exit", onExit);
      try {
        files.push(
          await recordFile(context, { id, name }, async (write) => {
            const ask = <Result>(ms: number, method: string, params: object = {}): Promise<Result> =>
              whileRunning(
                signal,
                ms,
                new Promise<Result>((resolve, reject) => {
                  asked = sessionId!;
                  answer = ({ error, params: notice, result }) => {
                    if (notice?.chunk !== undefined) write(notice.chunk);
                    else if (error) reject(new Error(error.message));
                    else if (result) resolve(result as Result);
                  };
                  // It may have happened already.
                  if (worker.threadId < 0) onExit();
                  const message = JSON.stringify({ id: 1, method, params });
                  link.inspect("NodeWorker.sendMessageToWorker", { sessionId, message });
                }),
              );
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
      asked = "";
    }
  } catch (error) {
    if (signal.aborted) throw error;
    context.warn(`worker threads were left out: ${sentence(error)}`);
  }
  // Where V8 would keep what is logged for as long as a session is there, it ends, and ids with it.
  if (Number.parseInt(process.versions.node) < 22) link.leaveWorkers();
  else link.inspect("NodeWorker.disable");
  return files;
}
