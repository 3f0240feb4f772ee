// heap-snapshot-toolkit, the DevTools code of August 2025 on one thread: from file to all groups.
//
// usage: node heap-snapshot-toolkit.mjs <peer folder> <snapshot>      (started by bench.mjs)
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { finish, groupTotals } from "./report.mjs";

const [folder, file] = process.argv.slice(2);
const entry = join(folder, "node_modules/heap-snapshot-toolkit/index.js");
const { parse } = await import(pathToFileURL(entry).href);
const snapshot = await parse(createReadStream(file, { encoding: "latin1", highWaterMark: 1 << 20 }));
const groups = snapshot.aggregatesWithFilter({});
finish(() => ({
  nodes: snapshot.nodeCount,
  total: snapshot.totalSize,
  ...groupTotals(
    Object.values(groups).map(({ count, self, maxRet }) => ({
      count,
      shallowSize: self,
      retainedSize: maxRet,
    })),
  ),
}));
