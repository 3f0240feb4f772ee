/** @heapscope/viewer/desk: opens files and answers a page's questions; in a browser's worker as well as in Node. */
export { createDesk, type Desk, type DeskFile, type DeskOptions } from "./desk.ts";
export { serveDesk, type PagePort } from "./serve-desk.ts";
