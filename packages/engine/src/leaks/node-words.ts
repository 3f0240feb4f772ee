/**
 * What objects are called in a path: what a person would say where DevTools shows V8's own word.
 *
 * Cost: O(edges of the object) at worst, and no more than so many (`MOST_REFERENCES`).
 */
import type { HeapObject } from "../heap-object.ts";
import { shortModuleName } from "./module-names.ts";
import { rawName } from "./short-names.ts";
import { getScopeNames, isContext, SOURCE_TEXT_MODULE } from "./scope-names.ts";

export const REACTION = "system / PromiseReaction";
export const WEAK_CELL = "system / WeakCell";
export const PROXY = "system / JSProxy";
export const CELL = "system / Cell";

/** Longest name that is shown. */
const LONGEST_NAME = 1000;
/** Longest text of a string that is shown. */
const LONGEST_TEXT = 40;
/** References that are looked at for one, from either end: an array may have ten million. */
const MOST_REFERENCES = 10_000;

/** What an object is called. */
export function nameObject(object: HeapObject): string {
  switch (object.type) {
    case "closure":
      return nameFunction(object);
    case "string":
    case "concatenated string":
    case "sliced string": {
      const text = object.nameStart(LONGEST_TEXT + 1);
      return `"${text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text}"`;
    }
    case "array":
      return object.name === "" || object.name.startsWith("(")
        ? object.name || "(table)"
        : `(${object.name})`;
    default:
      return nameOther(object);
  }
}

/** `function handle()`, `class Session`, `bound function handle()`, `anonymous function`. */
function nameFunction(closure: HeapObject): string {
  const target = follow(closure, "internal", "bound_function");
  // A function that was bound twice is bound all the same; this also ends where functions are bound in a circle.
  if (target !== undefined && follow(target, "internal", "bound_function") === undefined)
    return `bound ${nameFunction(target)}`;
  // Minifiers that keep names, and authors, say them in a property.
  const own = follow(closure, "property", "name");
  const name = own?.type === "string" && own.name !== "" ? own.name : closure.name;
  if (name === "native_bind") return "bound function";
  if (name === "") return "anonymous function";
  // A method has no property `prototype`; a function that has one and a capital is meant to be a class.
  return /^\p{Lu}/u.test(name) && follow(closure, "property", "prototype") !== undefined
    ? `class ${name}`
    : `function ${name}()`;
}

/** What a suspended call is: `async function handle()`, `generator lines()`. */
export function nameGenerator(generator: HeapObject): string {
  const closure = follow(generator, "internal", "function");
  const name = closure?.name ?? "";
  // V8 names the object of a generator for its function, and that of an async function `Generator`.
  const word = generator.name === "Generator" ? "async function" : "generator";
  return name === "" ? (word === "generator" ? word : "anonymous async function") : `${word} ${name}()`;
}

/** Whether the object is a suspended call. */
export function isGenerator(object: HeapObject): boolean {
  return object.type === "object" && follow(object, "internal", "parameters_and_registers") !== undefined;
}

/**
 * `closure scope of handle()`, `module src/cache.ts`, `block of module src/cache.ts`.
 *
 * @param nameScript gives the module's name; `shortModuleName` if absent
 */
export function nameContext(
  context: HeapObject,
  nameScript: (path: string) => string = shortModuleName,
): string {
  const scope = getScopeNames(context.snapshot).ofContext(context.node);
  if (scope.isModule) return `module ${nameScript(scope.script)}`;
  if (scope.isModuleBlock) return `block of module ${nameScript(scope.script)}`;
  return `closure scope of ${scope.functionName === "" ? "anonymous function" : `${scope.functionName}()`}`;
}

/** `module src/cache.mjs`, for an ES module. */
export function nameModule(module: HeapObject, nameScript: (path: string) => string): string {
  return `module ${nameScript(getScopeNames(module.snapshot).scriptOfModule(module.node))}`;
}

/** Path or url of a CommonJS module, when the object is one. */
export function fileOfModule(object: HeapObject): string | undefined {
  if (object.type !== "object" || rawName(object) !== "Module") return undefined;
  const file = follow(object, "property", "filename");
  return file?.type === "string" ? file.name : undefined;
}

/**
 * What the first reference of this type and name leads to. Of objects with very many references, only the first and the last are
 * looked at: there V8 writes those that it gives a name to itself.
 */
export function follow(object: HeapObject, type: string, name: string): HeapObject | undefined {
  const { graph } = object.snapshot;
  const end = graph.firstEdge[object.node + 1];
  for (let edge = graph.firstEdge[object.node]; edge < end; edge++) {
    if (edge === graph.firstEdge[object.node] + MOST_REFERENCES) edge = Math.max(edge, end - MOST_REFERENCES);
    if (
      graph.edgeTypeNames[graph.edgeType[edge]] === type &&
      graph.strings.equals(graph.edgeName[edge], name)
    )
      return object.snapshot.object(graph.edgeTarget[edge]);
  }
  return undefined;
}

function nameOther(object: HeapObject): string {
  const raw = rawName(object);
  if (isContext(object)) return nameContext(object);
  if (raw === SOURCE_TEXT_MODULE) return nameModule(object, shortModuleName);
  if (raw === PROXY) return "Proxy";
  if (raw === "Promise" && isPending(object)) return "pending promise";
  const file = fileOfModule(object);
  if (file !== undefined) return `module ${shortModuleName(file)}`;
  if (isGlobal(object)) return "global";
  if (isGenerator(object)) return nameGenerator(object);
  return raw.startsWith("system / ") ? `(${raw.slice("system / ".length)})` : object.nameStart(LONGEST_NAME);
}

/** Whether the object is a realm's global object. */
export function isGlobal(object: HeapObject): boolean {
  return object.type === "object" && /^global(?: \(global\*?\))?(?: \/ .*)?$/s.test(rawName(object));
}

function isPending(promise: HeapObject): boolean {
  const reactions = follow(promise, "internal", "reactions_or_result");
  return reactions !== undefined && rawName(reactions) === REACTION;
}
