// The thread that holds the desk of `heapscope open`: it reads the files and answers the pages, each over a port of its own,
// so that the thread with the server is never busy. Started by start-desk.ts.

import { setFlagsFromString } from "node:v8";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { HeapSnapshot } from "@heapscope/engine";
import { serveDesk } from "@heapscope/viewer/desk";
import type { CacheSettings } from "../cache/cache-settings.ts";
import { openCache } from "../cache/open-cache.ts";
import { createFileDesk } from "./file-desk.ts";

/** What the thread is started with. */
export interface DeskThreadData {
  readonly files: readonly string[];
  readonly sourceMapFolders: readonly string[];
  readonly cacheSettings: CacheSettings | undefined;
}

/** A page to serve, or, from the thread, a sentence for the user. */
export type DeskThreadMessage = { readonly page: MessagePort } | { readonly note: string };

/** How often it is looked whether what was computed meanwhile can be kept; until then, nobody waits for it. */
const KEEP_MS = 5_000;

// An expression that somebody types may take for ever on some text, and nothing could end it: all pages would wait. V8 has a
// second engine that takes linear time, for expressions without back references and lookarounds, and can change over to it.
const LINEAR_EXPRESSIONS = "--enable-experimental-regexp-engine-on-excessive-backtracks";

if (parentPort !== null) {
  setFlagsFromString(LINEAR_EXPRESSIONS);
  const parent = parentPort;
  const { files, sourceMapFolders, cacheSettings } = workerData as DeskThreadData;
  const cache = cacheSettings === undefined ? undefined : openCache(cacheSettings);
  const keepSoon = (snapshot: HeapSnapshot): void => {
    if (cache === undefined) return;
    const timer = setInterval(() => {
      if (cache.keep(snapshot)) clearInterval(timer);
    }, KEEP_MS);
    timer.unref();
  };
  const desk = createFileDesk({
    files,
    sourceMapFolders,
    cache,
    onSnapshot: keepSoon,
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
