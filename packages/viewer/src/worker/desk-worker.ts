/** The entry of the worker: a desk, served to the page, and files that the page hands over. */
import { createDesk, serveDesk } from "../desk/index.ts";
import type { MessageToPage } from "../protocol/index.ts";
import { describeFiles } from "./dropped-file.ts";
import type { MessageToWorker } from "./messages.ts";

/** The part of a worker's scope that is used; the page is compiled with the types of windows. */
interface WorkerScope {
  postMessage(message: MessageToPage): void;
  addEventListener(type: "message", listener: (event: MessageEvent<MessageToWorker>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const desk = createDesk();
const reading = new Map<number, AbortController>();

serveDesk(desk, {
  post: (message) => scope.postMessage(message),
  onMessage: (listener) => scope.addEventListener("message", ({ data }) => listener(data)),
});

scope.addEventListener("message", ({ data }) => {
  if (data.type === "open")
    for (const file of describeFiles(data.files)) reading.set(desk.add(file), file.controller);
  else if (data.type === "cancelReading") reading.get(data.file)?.abort();
});
