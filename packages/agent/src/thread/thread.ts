// The agent's own thread: does what the service's thread asks for in messages (messages.ts), and says what came of it. It
// never decides to end: the other side ends it when there is nothing left to do (thread-link.ts).
//
// The same text runs in the service's realm, too, when the user redacts with a function; there it only gives
// away parts of itself (thread-text.ts).

import type { Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import { deliver } from "../exporters/deliver.ts";
import { createRedactor } from "../redact/index.ts";
import { FLOW, type FromThread, type Heard, type ThreadData, type ToThread } from "./messages.ts";
import { FileWriter } from "./write-file.ts";

declare const heapscopeParts: { createRedactor: typeof createRedactor; FileWriter: typeof FileWriter };

const { heapscopeFlow: flow } = (workerData ?? {}) as Partial<ThreadData>;
if (parentPort && flow) serve(flow, (message) => parentPort!.postMessage(message));
else Object.assign(heapscopeParts, { createRedactor, FileWriter });

function serve(flow: Int32Array, say: (message: FromThread) => void): void {
  const writers = new Map<number, FileWriter>();
  /** One folder after the other, and each time anew: what is pending is read from the disk. */
  let delivery: Promise<void> = Promise.resolve();
  let session: Session | undefined;

  // The service may be waiting for us without ever looking at a message.
  process.on("exit", () => {
    Atomics.store(flow, FLOW.isDead, 1);
    passed(0);
  });

  const passed = (done: number): void => {
    Atomics.sub(flow, FLOW.pendingBytes, done);
    Atomics.notify(flow, FLOW.pendingBytes);
  };

  parentPort!.on("message", (message: ToThread) => {
    if (message.type === "deliver") {
      const { directory, delivery: to } = message;
      delivery = delivery
        .then(() => deliver(directory, to, (event) => say({ type: "event", event })))
        .catch((error: unknown) => ({ pendingExports: 0, problem: reasonOf(error) }))
        .then((result) => say({ type: "idle", ...result }));
      return;
    }
    if (message.type === "inspect") {
      const { method, params } = message;
      const hear = (heard: object): void => say({ type: "heard", ...(heard as Heard) });
      try {
        if (!session) {
          // Not every runtime has one.
          session = new (require("node:inspector") as typeof import("node:inspector")).Session();
          session.connectToMainThread();
          session.on("inspectorNotification", hear);
        }
        if (method) {
          session.post(method, params, (error) => hear({ method, error: error?.message }));
        } else {
          session.post("Runtime.discardConsoleEntries");
          session.disconnect();
          session = undefined;
        }
      } catch (error) {
        hear({ method, error: reasonOf(error) });
      }
      if (!method) passed(1);
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
    passed(message.type === "piece" ? message.piece.length : message.type === "close" ? 1 : 0);
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
