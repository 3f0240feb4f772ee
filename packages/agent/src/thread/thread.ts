// The agent's own thread: does what the service's thread asks for in messages (messages.ts), and says what came of it. It
// never decides to end: the other side ends it when there is nothing left to do (thread-link.ts).
//
// The same text runs in the service's realm, too, when the user redacts with a function; there it only exports.

import { parentPort, workerData } from "node:worker_threads";
import { deliver } from "../exporters/deliver.ts";
import { FLOW, type FromThread, type ToThread } from "./messages.ts";
import { FileWriter } from "./write-file.ts";

export { createRedactor } from "../redact/index.ts";
export { FileWriter } from "./write-file.ts";

/** What the thread is started with. */
export interface ThreadData {
  /** Of `FLOW`. */
  readonly heapscopeFlow: Int32Array;
}

const { heapscopeFlow: flow } = (workerData ?? {}) as Partial<ThreadData>;
if (parentPort && flow) serve(flow, (message) => parentPort!.postMessage(message));

function serve(flow: Int32Array, say: (message: FromThread) => void): void {
  const writers = new Map<number, FileWriter>();
  /** One folder after the other, and each time anew: what is pending is read from the disk. */
  let delivery: Promise<void> = Promise.resolve();

  // The service may be waiting for us without ever looking at a message.
  process.on("exit", () => {
    Atomics.store(flow, FLOW.isDead, 1);
    Atomics.notify(flow, FLOW.pendingBytes);
  });

  parentPort!.on("message", (message: ToThread) => {
    if (message.type === "deliver") {
      const { directory, delivery: to } = message;
      delivery = delivery
        .then(() => deliver(directory, to, (event) => say({ type: "event", event })))
        .catch((error: unknown) => ({ pendingExports: 0, problem: reasonOf(error) }))
        .then((result) => say({ type: "idle", ...result }));
      return;
    }
    const { job } = message;
    const writer = writers.get(job);
    try {
      switch (message.type) {
        case "open":
          writers.set(job, new FileWriter(message.order));
          say({ type: "opened", job });
          break;
        case "piece":
          writer?.write(message.piece);
          break;
        case "close":
          if (!writer) break; // failed before, and said so
          say({ type: "written", job, file: writer.close(message.record, message.redacted) });
          writers.delete(job);
          break;
        case "abort":
          throw new Error("it was given up");
      }
    } catch (error) {
      writers.delete(job);
      try {
        writer?.abort();
      } catch {
        // The folder is gone, and the file with it.
      }
      say({ type: "failed", job, message: reasonOf(error) });
    }
    // The end of a file counts as one byte more, so that who waits for none waits for the whole file.
    const done = message.type === "piece" ? message.piece.length : message.type === "close" ? 1 : 0;
    Atomics.sub(flow, FLOW.pendingBytes, done);
    Atomics.notify(flow, FLOW.pendingBytes);
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
