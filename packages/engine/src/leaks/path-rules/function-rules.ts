/**
 * What functions hold: variables in contexts, `this` and arguments of bound functions, the variables of suspended calls.
 */
import type { HeapObject } from "../../heap-object.ts";
import { stableModuleName } from "../module-names.ts";
import { isGenerator, nameContext, nameGenerator } from "../node-words.ts";
import { rawName } from "../short-names.ts";
import { CONTEXT, getScopeNames, isContext } from "../scope-names.ts";
import type { Rule } from "./walk.ts";

/** A variable that a function sees: over contexts to the one that has it. */
export const variable: Rule = (walk) => {
  let ahead = 0;
  let context = walk.from;
  if (!isContext(context)) {
    if (walk.type() !== "internal" || walk.edge() !== "context" || walk.raw() !== CONTEXT) return undefined;
    context = walk.object() as HeapObject;
    ahead = 1;
  }
  while (walk.type(ahead) === "internal" && walk.edge(ahead) === "previous" && walk.raw(ahead) === CONTEXT)
    context = walk.object(ahead++) as HeapObject;
  const scope = nameContext(context);
  if (!walk.has(ahead))
    return ahead === 0 ? undefined : walk.say(ahead, "variable", scope, stableScope(context));
  const target = walk.object(ahead) as HeapObject;
  const { isModule } = getScopeNames(context.snapshot).ofContext(context.node);
  const within = isModule && context.node === walk.from.node ? "" : ` in ${scope}`;
  const name =
    walk.type(ahead) === "context"
      ? walk.edge(ahead)
      : walk.type(ahead) === "hidden"
        ? getScopeNames(context.snapshot).blockVariable(walk.path[walk.at + ahead].edge.edge, context.node)
        : undefined;
  // Scopes are left out of what must not change: their functions may be known at one time and gone at another.
  if (name !== undefined) {
    const word = name === "this" ? "this" : variableWord(name);
    return walk.say(ahead + 1, "variable", word + within, word);
  }
  if (walk.edge(ahead) === "extension") {
    if (isGenerator(target)) return walk.say(ahead + 1, "generator", nameGenerator(target));
    return undefined;
  }
  if (walk.type(ahead) !== "hidden")
    return ahead === 0 ? undefined : walk.say(ahead, "variable", scope, stableScope(context));
  // Functions that V8 makes, for example those that settle a promise, keep what they need without names.
  if (
    walk.from.type === "closure" &&
    getScopeNames(context.snapshot).scriptOfClosure(walk.from.node) === ""
  ) {
    if (rawName(target) === "Promise") return walk.say(ahead + 1, "promise", "promise that it settles");
    if (target.type === "array" && walk.has(ahead + 1))
      return walk.say(ahead + 2, "promise", "result collected by Promise.all");
    return walk.say(ahead + 1, "variable", "kept by a built-in function");
  }
  return walk.say(ahead + 1, "variable", `variable${within}`, "variable");
};

/** `variable cache`; V8 calls the default export of a module `.default`. */
export function variableWord(name: string): string {
  return name === ".default" || name === "default" ? "default export" : `variable ${name}`;
}

function stableScope(context: HeapObject): string {
  return nameContext(context, stableModuleName);
}

/** `this` and arguments of a bound function. */
export const bound: Rule = (walk) => {
  const name = walk.edge();
  if (walk.from.type !== "closure") return undefined;
  if (name === "bound_this") return walk.say(1, "bound", "bound this");
  if (name === "bound_function") return walk.say(1, "bound", "bound function");
  if (name === "bound_arguments" && walk.has(1)) return walk.say(2, "bound", "bound argument");
  return name.startsWith("bound_argument") ? walk.say(1, "bound", "bound argument") : undefined;
};

/** What a suspended call holds: its variables, its `this`, its promise. */
export const generator: Rule = (walk) => {
  if (!isGenerator(walk.from)) return undefined;
  const call = nameGenerator(walk.from);
  const name = walk.edge();
  if (name === "parameters_and_registers")
    return walk.has(1)
      ? walk.say(2, "generator", `local variable of ${call}`)
      : walk.say(1, "generator", `local variables of ${call}`);
  if (name === "receiver") return walk.say(1, "generator", `this of ${call}`);
  if (walk.type() === "hidden" && walk.raw() === "Promise")
    return walk.say(1, "promise", `promise of ${call}`);
  return undefined;
};
