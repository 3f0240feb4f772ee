/** @heapscope/engine/node: opens snapshot files with Node's file system. */
export { openFile, SnapshotFileError } from "./open-file.ts";
