/**
 * The desk in a worker beside the page: files are dropped on the page, read by the worker, and leave the computer nowhere. A
 * `File` is handed over without its bytes; the worker reads them as it goes.
 */
import type { Link, MessageToPage } from "../protocol/index.ts";
import type { MessageToWorker } from "../worker/messages.ts";
import { createMessageLink } from "./message-link.ts";

export function createWorkerLink(): Link {
  const worker = new Worker(new URL("../worker/desk-worker.ts", import.meta.url), {
    type: "module",
    name: "heapscope desk",
  });
  const post = (message: MessageToWorker): void => worker.postMessage(message);
  const link = createMessageLink(
    {
      post,
      onMessage: (listener) =>
        worker.addEventListener("message", ({ data }: MessageEvent<MessageToPage>) => listener(data)),
    },
    "worker",
  );
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    link.end(
      "The part of the page that reads the files has ended, perhaps for want of memory. Reload the page; large files are opened by the command, heapscope open FILE, with the memory of the whole computer.",
    );
  });
  return {
    ...link,
    open: (files) => post({ type: "open", files: files as readonly File[] }),
    cancelReading: (file) => post({ type: "cancelReading", file }),
  };
}
