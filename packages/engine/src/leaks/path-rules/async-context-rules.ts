/**
 * What `AsyncLocalStorage` keeps for callbacks: until Node 22 a store on the resource, then a frame, which is a kind of Map.
 */
import type { HeapObject } from "../../heap-object.ts";
import { rawName } from "../short-names.ts";
import type { Match, Rule, Walk } from "./walk.ts";

/** A store of a callback. */
export const asyncContext: Rule = (walk) => {
  const name = walk.edge();
  if (name === "<symbol kResourceStore>") return walk.say(1, "async context", "AsyncLocalStorage store");
  return asyncContextValue(walk, 0);
};

/** The store in a frame, when that is what the reference `ahead` steps on leads to. */
export function asyncContextValue(walk: Walk, ahead: number): Match | undefined {
  const frame = walk.object(ahead);
  if (frame === undefined || !isAsyncFrame(frame)) return undefined;
  const length = walk.edge(ahead + 1) === "table" && walk.has(ahead + 2) ? ahead + 3 : ahead + 1;
  return walk.say(length, "async context", "AsyncLocalStorage store");
}

/** Whether the object is a frame. */
export function isAsyncFrame(object: HeapObject): boolean {
  return rawName(object) === "AsyncContextFrame";
}
