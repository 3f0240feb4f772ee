/**
 * What the place where things accumulate is in the words of a program: a Map, an array, a linked list, timers, …
 *
 * It is told by the step that leads from the holder to its entries, so it does not matter whether the holder is taken to be
 * a Map or the table in it, an emitter or the list of its listeners.
 *
 * Cost: that of folding the path; for an object, O(its properties) more.
 */
import type { HeapObject, HeapPath } from "../heap-object.ts";
import type { ContainerKind } from "./leak-report.ts";
import { follow } from "./node-words.ts";
import { rawName } from "./short-names.ts";
import type { Match } from "./path-rules/walk.ts";
import { foldWords, type StepKind } from "./path-words.ts";

/** Kinds of step that say it all. */
const KIND_OF_STEP: Partial<Record<StepKind, ContainerKind>> = {
  Map: "Map",
  Set: "Set",
  WeakMap: "WeakMap",
  listener: "listeners",
  promise: "promise",
  timer: "timers",
  "finalization registry": "finalization registry",
  "async context": "async context",
  "native handle": "native handles",
  module: "modules",
  string: "string",
  buffer: "buffer",
  root: "root",
};

/** What tells a kind wherever it is kept: Node's lists of timers are objects and arrays, its modules are in Maps. */
const KIND_OF_ENTRY: readonly (readonly [RegExp, ContainerKind])[] = [
  [/^(?:TimersList|ImmediateList|Timeout|Immediate)$/, "timers"],
  [/^(?:ModuleJob|ModuleJobSync|ModuleWrap|system \/ SourceTextModule)$/, "modules"],
];

/**
 * The kind of container.
 *
 * @param path a raw path from a root over the holder to one of the things that accumulate
 * @param holderIndex position in `path` of the step that leads to the holder; -1 when the root itself holds the things
 * @param entryIndex position of the step that leads to the entry: what is between is the holder's own, a table or the like
 */
export function containerKindOf(
  path: HeapPath,
  holderIndex: number,
  entryIndex: number = holderIndex + 1,
): ContainerKind {
  const holder = path[holderIndex]?.object;
  if (holder === undefined) return kindBelowRoot(path);
  if (holder.type === "synthetic") return kindBelowRoot(path);
  const step = stepFrom(path, holderIndex);
  if (step === undefined) return kindOfObject(holder);
  const entry = (path[entryIndex] ?? path[holderIndex + 1]).object;
  const known = KIND_OF_STEP[step.kind];
  if (known !== undefined && known !== "Map") return known;
  for (const [names, kind] of KIND_OF_ENTRY)
    if (names.test(rawName(entry)) && !isOfUser(path, holderIndex)) return kind;
  if (known !== undefined) return known;
  if (isChain(entry) || isLinkOf(path, holderIndex)) return "linked list";
  switch (step.kind) {
    case "variable":
    case "generator":
    case "bound":
      return "closure scope";
    case "element":
      return isArray(holder) ? "Array" : "object";
    case "property":
    case "global":
      return "object";
    default:
      return /^(?:Shared)?ArrayBuffer$/.test(rawName(entry)) ? "buffer" : kindOfObject(holder);
  }
}

/** Whether the author's own module, not Node, keeps the holder: a Map of timers is a Map then. */
function isOfUser(path: HeapPath, holderIndex: number): boolean {
  const [start] = foldWords(path.slice(0, holderIndex + 1));
  return start?.kind === "module" && !start.stable.startsWith("module node:");
}

function kindBelowRoot(path: HeapPath): ContainerKind {
  return foldWords(path)[0]?.kind === "native handle" ? "native handles" : "root";
}

/** The folded step that has the reference from the holder. */
function stepFrom(path: HeapPath, holderIndex: number): Match | undefined {
  let end = 0;
  return foldWords(path, { holderIndex, keepRepeats: true }).find(
    (step) => (end += step.steps) > holderIndex + 1,
  );
}

function kindOfObject(object: HeapObject): ContainerKind {
  if (object.type.endsWith("string")) return "string";
  if (object.type === "native") return "native handles";
  if (object.type === "closure") return "closure scope";
  const raw = rawName(object);
  if (raw === "Map" || raw === "Set" || raw === "WeakMap") return raw;
  return isArray(object) ? "Array" : "object";
}

function isArray(object: HeapObject): boolean {
  if (object.type === "array") return true;
  for (let at: HeapObject | undefined = object, depth = 0; at !== undefined && depth < 10; depth++) {
    if (rawName(at) === "Array" || (depth > 0 && follow(at, "property", "constructor")?.name === "Array"))
      return true;
    at = follow(at, "property", "__proto__");
  }
  return false;
}

/** So many objects in a row make a list rather than parents and children. */
const LEAST_LINKS = 12;
/** Properties of an object that are tried. */
const MOST_PROPERTIES = 50;

/** Whether a property leads from the object to one like it, from that to the next, and so on. */
function isChain(object: HeapObject): boolean {
  if (object.type !== "object" || object.edgeCount > MOST_PROPERTIES) return false;
  return object
    .edges()
    .some(
      ({ type, name, to }) =>
        type === "property" && name !== "__proto__" && isLike(to, object) && isLong(to, String(name)),
    );
}

/** Whether the path itself comes to the holder over such a row, as when the last link holds what is new. */
function isLinkOf(path: HeapPath, holderIndex: number): boolean {
  const next = path[holderIndex + 1];
  if (next.edge.type !== "property") return false;
  const holder = path[holderIndex].object;
  const before = path[holderIndex - 1]?.object;
  if (before === undefined || !isLike(holder, before) || !isLike(next.object, holder)) return false;
  return [-2, -1, 0, 1].every((offset) => path[holderIndex + offset]?.edge.name === next.edge.name);
}

function isLong(start: HeapObject, property: string): boolean {
  const seen = new Set<number>();
  let object: HeapObject | undefined = start;
  while (object !== undefined && seen.size < LEAST_LINKS && isLike(object, start)) {
    if (seen.has(object.node)) return false;
    seen.add(object.node);
    object = follow(object, "property", property);
  }
  return seen.size === LEAST_LINKS;
}

function isLike(a: HeapObject, b: HeapObject): boolean {
  return a.type === b.type && rawName(a) === rawName(b);
}
