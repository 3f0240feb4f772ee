// Holds TypeScript programs in memory and writes heap snapshots of them: big, real object graphs.
//
// usage: node hold-typescript.mjs <folder with typescript> <programs>+<trees> <output> [<programs>+<trees> <output> …]
//
// A program is the compiler's own declaration file plus the ES and DOM libraries, parsed, bound and fully checked
// (about 104 MB of snapshot); a tree is one more syntax tree of lib.es5.d.ts (about 4 MB). Nothing depends on time or
// chance, so the same counts give the same graph, give or take what V8 compiles. Several pairs grow the same heap
// in one process, so that object ids are comparable between the files. Started by generate.mjs under Node 24:
// older ones need minutes for one snapshot of a heap with a 9 MB script.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";

const [folder, ...steps] = process.argv.slice(2);
const ts = createRequire(join(folder, "index.js"))("typescript");
const library = join(folder, "node_modules", "typescript", "lib");
const source = readFileSync(join(library, "lib.es5.d.ts"), "utf8");

// Reachable from the global object, as a module-level cache of a long-running service would be.
const held = { programs: [], trees: [] };
globalThis.held = held;

for (let i = 0; i < steps.length; i += 2) {
  const [programs, trees] = steps[i].split("+").map(Number);
  while (held.programs.length < programs) held.programs.push(checkedProgram());
  while (held.trees.length < trees) {
    held.trees.push(
      ts.createSourceFile(`lib.es5.${held.trees.length}.d.ts`, source, ts.ScriptTarget.ESNext, true),
    );
  }
  writeHeapSnapshot(steps[i + 1]);
}

function checkedProgram() {
  const options = { target: ts.ScriptTarget.ESNext, types: [] };
  const program = ts.createProgram(
    [join(library, "typescript.d.ts")],
    options,
    ts.createCompilerHost(options, true),
  );
  return { program, checker: program.getTypeChecker(), diagnostics: program.getSemanticDiagnostics() };
}
