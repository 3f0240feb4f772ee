/**
 * Modules, their exports and variables.
 */
import type { HeapObject } from "../../heap-object.ts";
import { findExport } from "../module-exports.ts";
import { shortModuleName, stableModuleName } from "../module-names.ts";
import { CELL, fileOfModule, nameModule, nameObject } from "../node-words.ts";
import { rawName } from "../short-names.ts";
import { SOURCE_TEXT_MODULE } from "../scope-names.ts";
import { variableWord } from "./function-rules.ts";
import type { Rule } from "./walk.ts";

/** Node's record of a CommonJS module, and what leads to it. */
export const commonJs: Rule = (walk) => {
  const from = fileOfModule(walk.from);
  if (from !== undefined && /^(?:exports|<symbol node:module_export>)$/.test(walk.edge()))
    return walk.say(1, "module", `${shortModuleName(from)} exports`, `exports of ${stableModuleName(from)}`);
  const target = walk.object();
  const to = target === undefined ? undefined : fileOfModule(target);
  if (to === undefined) return undefined;
  return walk.say(1, "module", `module ${shortModuleName(to)}`, `module ${stableModuleName(to)}`);
};

/** Variables of an ES module that another module sees are cells, with their names in a table of the module. */
export const moduleCell: Rule = (walk) => {
  if (rawName(walk.from) === CELL && walk.edge() === "value")
    return walk.say(1, "variable", cellWord(walk.from));
  if (rawName(walk.from) !== SOURCE_TEXT_MODULE) return undefined;
  const ahead = walk.object()?.type === "array" ? 1 : 0;
  const target = walk.object(ahead);
  if (target === undefined) return undefined;
  if (rawName(target) === SOURCE_TEXT_MODULE)
    return walk.say(ahead + 1, "module", nameObject(target), nameModule(target, stableModuleName));
  return rawName(target) === CELL && walk.has(ahead + 1)
    ? walk.say(ahead + 2, "variable", cellWord(target))
    : undefined;
};

function cellWord(cell: HeapObject): string {
  const { name } = findExport(cell) ?? {};
  return name === undefined ? "variable" : variableWord(name);
}
