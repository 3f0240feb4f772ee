// Starts the thread that holds the desk (desk-thread.ts), and joins pages with it.

import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import type { FileEntry, MessageToPage } from "@heapscope/viewer/protocol";
import { CommandError } from "../command-error.ts";
import type { DeskThreadData, DeskThreadMessage } from "./desk-thread.ts";

export interface DeskThread {
  /** A way to the desk, for one page. */
  connect(): MessagePort;
  /** Called with all files whenever one changes. */
  onFiles(listener: (files: readonly FileEntry[]) => void): void;
  /** Rejects when the thread has failed; never resolves. */
  readonly failure: Promise<never>;
  end(): Promise<void>;
}

export interface DeskThreadOptions extends DeskThreadData {
  readonly onNote: (sentence: string) => void;
}

export function startDesk({ files, sourceMapFolders, cacheSettings, onNote }: DeskThreadOptions): DeskThread {
  const data: DeskThreadData = { files, sourceMapFolders, cacheSettings };
  const readsInput = files.includes("-");
  // The build puts the thread's program beside this file.
  const thread = new Worker(new URL("./desk-thread.js", import.meta.url), {
    workerData: data,
    stdin: readsInput,
  });
  if (readsInput) process.stdin.on("error", () => thread.stdin?.end()).pipe(thread.stdin!);
  thread.on("message", (message: DeskThreadMessage) => {
    if ("note" in message) onNote(message.note);
  });
  const failure = new Promise<never>((_resolve, reject) => {
    thread.on("error", (error: NodeJS.ErrnoException) => reject(explain(error)));
    thread.on("exit", () => reject(new Error("the thread with the snapshots has ended")));
  });
  failure.catch(() => {}); // heard by whoever waits for it
  return {
    failure,
    connect() {
      const { port1, port2 } = new MessageChannel();
      thread.postMessage({ page: port2 } satisfies DeskThreadMessage, [port2]);
      return port1;
    },
    onFiles(listener) {
      this.connect().on("message", (message: MessageToPage) => {
        if (message.type === "files") listener(message.files);
      });
    },
    async end() {
      if (readsInput) process.stdin.unpipe().destroy();
      await thread.terminate();
    },
  };
}

function explain(error: NodeJS.ErrnoException): unknown {
  if (error.code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new CommandError(
    "out-of-memory",
    "the snapshots need more memory than this Node.js allows; give fewer files, or more memory with NODE_OPTIONS=--max-old-space-size=8000.",
  );
}
