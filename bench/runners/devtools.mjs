// The heap snapshot worker of Chrome DevTools: from file to all groups.
//
// usage: node devtools.mjs <peer folder> <snapshot>      (started by bench.mjs)
import { startDevTools } from "./devtools-worker.mjs";
import { finish, groupTotals } from "./report.mjs";

const [folder, file] = process.argv.slice(2);
const devTools = await startDevTools(folder);
const snapshot = await devTools.load(file);
const groups = await snapshot.ask("aggregatesWithFilter", {});

finish(() => ({
  total: snapshot.totalSize,
  ...groupTotals(
    Object.values(groups).map(({ count, self, maxRet }) => ({
      count,
      shallowSize: self,
      retainedSize: maxRet,
    })),
  ),
}));
