// The thread that holds the desk of `heapscope open`: it reads the files and answers the pages, each over a port of its own,
// so that the thread with the server is never busy. Started by start-desk.ts.

import { setFlagsFromString } from "node:v8";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { serveDesk } from "@heapscope/viewer/desk";
import { createFileDesk } from "./file-desk.ts";

/** What the thread is started with. */
export interface DeskThreadData {
  readonly files: readonly string[];
  readonly sourceMapFolders: readonly string[];
}

/** A page to serve, or, from the thread, a sentence for the user. */
export type DeskThreadMessage = { readonly page: MessagePort } | { readonly note: string };

// An expression that somebody types may take for ever on some text, and nothing could end it: all pages would wait. V8 has a
// second engine that takes linear time, for expressions without back references and lookarounds, and can change over to it.
const LINEAR_EXPRESSIONS = "--enable-experimental-regexp-engine-on-excessive-backtracks";

if (parentPort !== null) {
  setFlagsFromString(LINEAR_EXPRESSIONS);
  const parent = parentPort;
  const { files, sourceMapFolders } = workerData as DeskThreadData;
  const desk = createFileDesk({
    files,
    sourceMapFolders,
    onNote: (note) => parent.postMessage({ note } satisfies DeskThreadMessage),
  });
  parent.on("message", ({ page }: { readonly page: MessagePort }) => {
    const stop = serveDesk(desk, {
      post: (message) => page.postMessage(message),
      onMessage: (listener) => void page.on("message", listener),
    });
    page.on("close", stop);
  });
}
