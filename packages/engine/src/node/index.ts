/** @heapscope/engine/node: opens snapshot files with Node's file system. */
export { openFile, SnapshotFileError, type OpenFileOptions } from "./open-file.ts";
export { openReduced } from "./open-reduced.ts";
