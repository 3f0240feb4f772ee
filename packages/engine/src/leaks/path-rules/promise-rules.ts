/**
 * What promises hold: their results, and the chain of reactions of those who wait for them.
 */
import type { HeapObject } from "../../heap-object.ts";
import { isGenerator, nameGenerator, REACTION } from "../node-words.ts";
import { rawName } from "../short-names.ts";
import { CONTEXT } from "../scope-names.ts";
import { asyncContextValue } from "./async-context-rules.ts";
import type { Rule } from "./walk.ts";

/** What waits for a promise, or its result. */
export const promise: Rule = (walk) => {
  let ahead = 0;
  if (walk.type() === "internal" && walk.edge() === "reactions_or_result") {
    if (walk.raw() !== REACTION) return walk.say(1, "promise", "promise result");
    ahead = 1;
  } else if (rawName(walk.from) !== REACTION) return undefined;
  // Reactions of one promise are a chain.
  while (walk.raw(ahead) === REACTION) ahead++;
  if (!walk.has(ahead)) return walk.say(ahead, "promise", "promise reaction");
  const target = walk.object(ahead) as HeapObject;
  if (target.type === "closure") {
    if (walk.raw(ahead + 1) === CONTEXT && walk.edge(ahead + 2) === "extension") {
      const suspended = walk.object(ahead + 2) as HeapObject;
      if (isGenerator(suspended))
        return walk.say(ahead + 3, "promise", `awaited by ${nameGenerator(suspended)}`);
    }
    return walk.say(ahead + 1, "promise", "then-callback");
  }
  const frame = asyncContextValue(walk, ahead);
  if (frame !== undefined) return frame;
  return walk.say(
    ahead + 1,
    "promise",
    rawName(target) === "Promise" ? "promise of then()" : "promise reaction",
  );
};
