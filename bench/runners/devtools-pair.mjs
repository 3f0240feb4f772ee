// The heap snapshot worker of Chrome DevTools: loads two files and compares them.
//
// usage: node devtools-pair.mjs <peer folder> <base> <target>      (started by bench.mjs)
//
// As the Comparison view does: one worker holds both, the target's interfaces name the objects of the base, and the base's
// objects go to the target as a message.
import { startDevTools } from "./devtools-worker.mjs";
import { finish } from "./report.mjs";

const [folder, ...files] = process.argv.slice(2);
const devTools = await startDevTools(folder);
const base = await devTools.load(files[0]);
const target = await devTools.load(files[1]);
const interfaces = await target.ask("interfaceDefinitions");
const groups = await base.ask("aggregatesForDiff", interfaces);
const differences = await target.ask("calculateSnapshotDiff", 1, groups);

finish(() => {
  const rows = Object.values(differences);
  const sum = (value) => rows.reduce((total, row) => total + value(row), 0);
  return {
    groups: rows.length,
    added: sum((row) => row.addedCount),
    removed: sum((row) => row.removedCount),
    addedSize: sum((row) => row.addedSize),
    removedSize: sum((row) => row.removedSize),
  };
});
