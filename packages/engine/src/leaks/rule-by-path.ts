/**
 * Rules that are recognised by how things are held.
 *
 * Console: V8 keeps what was logged while a debugger is attached, and says so in the name of the reference. Capture: what
 * this program puts into a target has its name. Modules: tells modules that are loaded when they are first needed from modules that are loaded again and again. There are only as
 * many files as there are, so the first ends; the second is a leak: each load makes a new module, and a `children` list or
 * somebody else keeps the old one. So it is looked at whether the files of new modules are different ones. What the loader
 * itself notes about files (paths, results of lookups) grows with them.
 *
 * Cost: that of folding the path, and O(edges) of some new modules.
 */
import type { HeapPath, PathStep } from "../heap-object.ts";
import type { GrowthRule } from "./growth-rules.ts";
import { foldPath } from "./path-words.ts";

const MODULE_CLASSES: ReadonlySet<string> = new Set(["Module", "ModuleWrap", "ModuleJob"]);
const FILE_PROPERTIES: ReadonlySet<string | number> = new Set(["filename", "url", "id"]);
/** Of the modules, the part that must be of different files. */
const LEAST_DIFFERENT = 0.9;

/** The loader of Node itself: its scopes begin a path so. */
const LOADER = "module node:internal/modules/";

/**
 * The rule that accounts for what arrives at the end of a path, if one does.
 *
 * @param arrivals some objects that arrived, each with the reference that holds it
 * @param path from a root over their holder to one of them
 */
export function findRuleByPath(
  arrivals: HeapPath,
  path: HeapPath,
  holderStep: number,
): GrowthRule | undefined {
  for (const { edge } of path) {
    const name = String(edge.name);
    if (name.endsWith("/ DevTools console")) return "console";
    if (name.startsWith("<symbol heapscope.")) return "capture";
  }
  return areLazyModules(arrivals, path, holderStep) ? "modules" : undefined;
}

/** Whether the arrivals are modules of different files, or what Node's loader notes about files. */
function areLazyModules(arrivals: HeapPath, path: HeapPath, holderStep: number): boolean {
  if (arrivals.length === 0) return false;
  const [{ object }] = arrivals;
  const isLoader = foldPath(path, { holderIndex: holderStep }).at(0)?.edge.startsWith(LOADER) === true;
  if (isLoader && object.type.endsWith("string")) return true;
  if (!isLoader && !MODULE_CLASSES.has(object.className)) return false;
  const files = arrivals.map(fileOf);
  const named = files.filter((file) => file !== undefined);
  return (
    named.length >= LEAST_DIFFERENT * files.length && new Set(named).size >= LEAST_DIFFERENT * named.length
  );
}

/** The file of a module, as its key or one of its properties says. */
function fileOf({ edge, object }: PathStep): string | undefined {
  const key = edge.type === "property" ? String(edge.name) : undefined;
  const property = object
    .edges()
    .find(
      ({ type, name, to }) => type === "property" && FILE_PROPERTIES.has(name) && to.type.endsWith("string"),
    );
  // The same file is loaded again under another url: `plugin.js?version=2`.
  return (key ?? property?.to.name)?.replace(/[?#].*$/s, "");
}
