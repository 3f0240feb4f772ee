/**
 * What the next steps of a raw path are in a program. Each rule looks at the object that the path has come to and at the
 * steps that follow; the first one that knows them says what a person would, and how many steps that are.
 *
 * V8's hidden references have numbers that change from version to version, so the rules go by what they lead to.
 */
import type { HeapObject, HeapPath } from "../heap-object.ts";
import { asyncContext } from "./path-rules/async-context-rules.ts";
import { collection, weakMapValue } from "./path-rules/collection-rules.ts";
import { eventTarget, listener } from "./path-rules/event-rules.ts";
import { bound, generator, variable } from "./path-rules/function-rules.ts";
import { commonJs, moduleCell } from "./path-rules/module-rules.ts";
import { promise } from "./path-rules/promise-rules.ts";
import { backingStore, buffer, iterated, property, proxy, string } from "./path-rules/property-rules.ts";
import { finalization, handleOwner, rootStep, timer } from "./path-rules/runtime-rules.ts";
import { Walk, type Match, type Rule } from "./path-rules/walk.ts";
import { positionOf } from "./table-entries.ts";

/** In the order in which they are asked. */
const RULES: readonly Rule[] = [
  rootStep,
  commonJs,
  moduleCell,
  listener,
  eventTarget,
  asyncContext,
  handleOwner,
  timer,
  variable,
  bound,
  generator,
  promise,
  weakMapValue,
  finalization,
  collection,
  proxy,
  iterated,
  backingStore,
  string,
  buffer,
  property,
];

/** The next word of a path at position `at`, where `from` is the object that it has come to. */
export function matchStep(path: HeapPath, at: number, from: HeapObject): Match {
  const walk = new Walk(path, at, from);
  for (const rule of RULES) {
    const match = rule(walk);
    if (match !== undefined) return match;
  }
  return fallback(walk);
}

/** Words for what no rule knows. They are of no use elsewhere, so they are not stable. */
function fallback(walk: Walk): Match {
  if (walk.edge() === "map") return walk.say(1, "internal", "hidden class", "");
  if (walk.type() === "internal" && /^(?:shared|code|feedback_cell)$/.test(walk.edge()))
    return walk.say(1, "internal", "compiled code", "");
  if (walk.type() === "internal" && positionOf(walk.edge()) === undefined)
    return walk.say(1, "internal", `(${walk.edge().replaceAll("_", " ")})`, "");
  return walk.say(1, "internal", "(internal)", "");
}
