// memlab: from file to the retained sizes of all objects. It has no groups with retained sizes, so it does less work.
//
// usage: node memlab.mjs <peer folder> <snapshot>      (started by bench.mjs)
//
// `getFullHeapFromFile` is the documented way to load a file for analysis: it computes distances, dominators and
// retained sizes.
import { createRequire } from "node:module";
import { join } from "node:path";
import { finish } from "./report.mjs";

const [folder, file] = process.argv.slice(2);
const require = createRequire(join(folder, "index.js"));
const { getFullHeapFromFile } = require("@memlab/heap-analysis");
const snapshot = await getFullHeapFromFile(file);
finish(() => ({ nodes: snapshot.nodes.length, total: snapshot.nodes.get(0).retainedSize }));
