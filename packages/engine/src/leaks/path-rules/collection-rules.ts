/**
 * Entries of Maps, Sets and weak collections.
 */
import type { HeapObject } from "../../heap-object.ts";
import { nameObject } from "../node-words.ts";
import { rawName } from "../short-names.ts";
import { collectionOf, mapPartAt, positionOf } from "../table-entries.ts";
import { isAsyncFrame } from "./async-context-rules.ts";
import type { Rule } from "./walk.ts";

/** An entry of a Map or Set, by way of its table. */
export const collection: Rule = (walk) => {
  const { from } = walk;
  const isIterator = /^(?:Map|Set)Iterator$|^(?:Map|Set) Iterator$/.test(rawName(from));
  const isTable =
    (walk.edge() === "table" && walk.type() === "internal") ||
    (isIterator && walk.object()?.type === "array");
  if (!isTable) return undefined;
  const kind = isIterator ? (rawName(from).startsWith("Set") ? "Set" : "Map") : (collectionOf(from) ?? "Map");
  const weak = /Weak(?:Map|Set)$/.exec(rawName(from))?.[0];
  if (weak !== undefined) return walk.say(walk.has(1) ? 2 : 1, "WeakMap", `${weak} entry`);
  if (!walk.has(1)) return walk.say(1, kind, `${kind} entries`);
  if (isAsyncFrame(from)) return walk.say(2, "async context", "AsyncLocalStorage store");
  const position = positionOf(walk.edge(1));
  if (position === undefined) return undefined;
  if (kind === "Set") return walk.say(2, "Set", "Set element");
  return walk.say(2, "Map", `Map ${mapPartAt(walk.object() as HeapObject, position) ?? "entry"}`);
};

const EPHEMERON = /^\d+ \/ part of key \(/;

/** V8 writes a value of a WeakMap as a reference of its key. */
export const weakMapValue: Rule = (walk) =>
  walk.type() === "internal" && EPHEMERON.test(walk.edge())
    ? walk.say(1, "WeakMap", `WeakMap value of key ${nameObject(walk.from)}`, "WeakMap value")
    : undefined;
