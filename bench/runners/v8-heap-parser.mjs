// @vscode/v8-heap-parser (Rust compiled to WebAssembly): from file to all groups, by its own older rules.
//
// usage: node v8-heap-parser.mjs <peer folder> <snapshot>      (started by bench.mjs)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { finish, groupTotals } from "./report.mjs";

const [folder, file] = process.argv.slice(2);
const { decode_bytes: decode, init_panic_hook: explainPanics } = createRequire(join(folder, "index.js"))(
  "@vscode/v8-heap-parser",
);
explainPanics();
const groups = decode(readFileSync(file)).get_class_groups(0, 2 ** 31, false);
finish(() =>
  groupTotals(
    groups.map((group) => ({
      count: group.children_len,
      shallowSize: Number(group.self_size),
      retainedSize: Number(group.retained_size),
    })),
  ),
);
