/**
 * Listeners of Node's emitters and event targets, which are one step for a reader, whatever lists they are in.
 */
import type { HeapObject } from "../../heap-object.ts";
import { follow, nameObject } from "../node-words.ts";
import { isStableName } from "../property-words.ts";
import { positionOf } from "../table-entries.ts";
import type { Rule } from "./walk.ts";

/** `_events` of an emitter: one function for an event or a list of them; that of `once()` keeps the author's own. */
export const listener: Rule = (walk) => {
  if (walk.edge() !== "_events" || walk.type() !== "property") return undefined;
  const on = ` on ${nameObject(walk.from)}`;
  if (!walk.has(1)) return walk.say(1, "listener", `listeners${on}`, "listeners");
  if (walk.type(1) !== "property") return undefined;
  const event = walk.edge(1);
  const stableEvent = isStableName(event) ? `'${event}'` : "[…]";
  let length = 2;
  if (walk.raw(1) === "Array") {
    if (!walk.has(2))
      return walk.say(2, "listener", `listeners of '${event}'${on}`, `listeners of ${stableEvent}`);
    // Either directly or over the array's memory.
    const direct = walk.type(2) === "element" ? 3 : walk.edge(2) === "elements" && walk.has(3) ? 4 : 0;
    if (direct === 0) return undefined;
    length = direct;
  }
  if (walk.object(length - 1)?.type === "closure" && walk.edge(length) === "listener") length++;
  return walk.say(length, "listener", `listener of '${event}'${on}`, `listener of ${stableEvent}`);
};

/** Node's EventTarget: a Map from the event's name to a chain of listeners. */
export const eventTarget: Rule = (walk) => {
  if (walk.edge() !== "<symbol kEvents>") return undefined;
  const on = ` on ${nameObject(walk.from)}`;
  if (walk.edge(1) !== "table" || !walk.has(2))
    return walk.say(
      walk.has(1) && walk.edge(1) === "table" ? 2 : 1,
      "listener",
      `listeners${on}`,
      "listeners",
    );
  const table = walk.object(1) as HeapObject;
  const position = positionOf(walk.edge(2)) ?? 0;
  const event = follow(table, "internal", String(position - 1));
  const name = event?.type === "string" ? event.name : undefined;
  const of = name === undefined ? "" : ` of '${name}'`;
  const stableOf = name === undefined ? "" : ` of ${isStableName(name) ? `'${name}'` : "[…]"}`;
  let length = 3;
  while (walk.edge(length) === "next" || walk.edge(length) === "previous") length++;
  const isWhole = walk.has(length) && /^(?:listener|callback)$/.test(walk.edge(length));
  if (!isWhole) return walk.say(length, "listener", `listeners${of}${on}`, `listeners${stableOf}`);
  return walk.say(length + 1, "listener", `listener${of}${on}`, `listener${stableOf}`);
};
