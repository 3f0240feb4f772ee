/**
 * What Node and V8 keep for later: timers, values of finalization registries, native handles; and V8's own roots.
 */
import { nameObject, WEAK_CELL } from "../node-words.ts";
import { rawName } from "../short-names.ts";
import { isTimerLink } from "../path-starts.ts";
import type { Rule } from "./walk.ts";

/** What V8 or native code holds by itself. */
export const rootStep: Rule = (walk) => {
  if (walk.from.node === walk.from.snapshot.graph.rootNode && walk.object()?.type === "synthetic") {
    // Node's own objects; most are the native side of an object of the program.
    const native = /^Node \/ (?<name>.+)$/s.exec(walk.raw())?.groups?.["name"];
    if (native !== undefined)
      return walk.edge(1) === "native_to_javascript"
        ? walk.say(2, "native handle", `native handle ${walk.raw(1)}`)
        : walk.say(1, "native handle", `native handle ${native}`);
    let length = 1;
    // (GC roots) and which of them; then the object itself.
    if (walk.raw() === "(GC roots)" && walk.has(1)) length = 2;
    const root = walk.raw(length - 1).replace(/^\(|\)$/g, "");
    const isHandle = root === "Global handles";
    const words = ROOT_WORDS[root] ?? (root === "" ? "runtime" : root);
    if (!walk.has(length)) return walk.say(length, isHandle ? "native handle" : "root", words);
    length++;
    return isHandle
      ? walk.say(length, "native handle", `${words} ${walk.raw(length - 1)}`)
      : walk.say(length, "root", words);
  }
  return undefined;
};

/** V8's roots in other words; the names of the rest are good enough. */
const ROOT_WORDS: Partial<Record<string, string>> = {
  "Stack roots": "local variable on the stack",
  "Handle scope": "native code at work",
  "Global handles": "native handle",
  "Strong roots": "runtime",
  "Micro tasks": "microtask queue",
  "Compilation cache": "compilation cache",
  "Eternal handles": "runtime",
};

/** A timer in a list of timers, and what it keeps. */
export const timer: Rule = (walk) => {
  const name = walk.edge();
  const raw = rawName(walk.from);
  if (raw === "TimersList" || raw === "Timeout" || raw === "Immediate" || raw === "ImmediateList") {
    let length = 0;
    while (isTimerLink(walk.edge(length), raw)) length++;
    if (length > 0) return walk.say(length, "timer", raw.startsWith("Immediate") ? "immediate" : "timer");
    if (name === "_onTimeout" || name === "_onImmediate")
      return walk.say(1, "timer", "callback", "timer callback");
    if (name === "_timerArgs" || name === "_argv")
      return walk.say(walk.has(1) && walk.type(1) === "element" ? 2 : 1, "timer", "timer argument");
  }
  return undefined;
};

/** Node has a subclass of its own. */
function isRegistryName(name: string): boolean {
  return name.endsWith("FinalizationRegistry");
}

/** What a registry keeps for its callback. */
export const finalization: Rule = (walk) => {
  const { from } = walk;
  const isRegistry = isRegistryName(rawName(from));
  let ahead = 0;
  if (isRegistry) {
    if (walk.type() !== "hidden") return undefined;
    // Cells are in a chain, and in a table by token.
    if (walk.object()?.type === "array") ahead = 1;
    if (walk.raw(ahead) !== WEAK_CELL)
      return walk.object()?.type === "closure"
        ? walk.say(1, "finalization registry", "cleanup callback")
        : undefined;
  } else if (rawName(from) !== WEAK_CELL) return undefined;
  while (walk.raw(ahead) === WEAK_CELL) ahead++;
  if (!walk.has(ahead)) return walk.say(ahead, "finalization registry", "finalization registry cells");
  if (isRegistryName(walk.raw(ahead)))
    return walk.say(ahead + 1, "finalization registry", "finalization registry");
  return walk.say(ahead + 1, "finalization registry", "finalization registry held value");
};

/** From a native object to the one that stands for it in the program, to the one that the author knows, and back. */
export const handleOwner: Rule = (walk) => {
  switch (walk.edge()) {
    case "native_to_javascript":
      return walk.say(1, "native handle", `native handle ${walk.raw()}`);
    case "javascript_to_native":
      return walk.say(1, "native handle", "native side", "");
    case "<symbol owner_symbol>":
    case "<symbol node:owner_symbol>":
      return walk.say(
        1,
        "native handle",
        `owner of ${nameObject(walk.from)}`,
        `owner of ${rawName(walk.from)}`,
      );
    default:
      return undefined;
  }
};
