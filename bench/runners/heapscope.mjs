// Heapscope's engine: from file to all groups with retained sizes.
//
// usage: node heapscope.mjs <folder of the built engine> <snapshot>      (started by bench.mjs)
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { finish, groupTotals } from "./report.mjs";

const [folder, file] = process.argv.slice(2);
const { openFile } = await import(pathToFileURL(join(folder, "dist", "node", "index.js")).href);
const snapshot = await openFile(file);
// Through `prepare`, as the command does: only that uses the second thread for large files.
await snapshot.prepare(["groups"]);
const groups = snapshot.groups;
finish(() => ({
  nodes: snapshot.graph.nodeCount,
  total: snapshot.totalSize,
  ...groupTotals(groups),
}));
