/**
 * Text that stands for a place in a program and is the same for every run, machine and version of Node: names that somebody
 * wrote (variables, properties, functions, classes, events), no ids, positions or keys. Several ways may lead to a holder,
 * and which of them is found depends on the runtime; so only the end of the way counts, from the variable that it is kept in.
 *
 * Cost: that of folding the path.
 */
import type { HeapPath } from "../heap-object.ts";
import type { Match } from "./path-rules/walk.ts";
import { foldWords, type StepKind } from "./path-words.ts";

/** Words of a signature: the first one, and the last ones of the rest. */
const MOST_WORDS = 4;

/**
 * The signature of the way to a holder: `variable rooms › Map value › .members`.
 *
 * @param path a raw path from a root over the holder to one of the things that accumulate
 * @param holderIndex position in `path` of the step that leads to the holder; -1 when it is the root
 */
export function pathSignature(path: HeapPath, holderIndex: number): string {
  const steps: Match[] = [];
  let end = 0;
  for (const step of foldWords(path, { holderIndex })) {
    const begin = end;
    end += step.steps;
    // A holder in the midst of a step, such as the list of an emitter's listeners, is told by that step.
    if (end <= holderIndex + 1 || (begin <= holderIndex && !ENTRIES.has(step.kind))) steps.push(step);
  }
  const named = withoutModule(withoutRuntime(steps));
  const words = named
    .slice(Math.max(0, named.findLastIndex(isVariable)))
    .map(({ stable }) => stable)
    .filter((word) => word !== "");
  return (words.length <= MOST_WORDS ? words : [words[0], ...words.slice(1 - MOST_WORDS)]).join(" › ");
}

/** In the midst of these the holder is the table, for which the collection stands. */
const ENTRIES: ReadonlySet<StepKind> = new Set(["Map", "Set", "WeakMap", "async context"]);

/** Whether the step is a variable with a name of its own. */
function isVariable({ kind, stable }: Match): boolean {
  return kind === "variable" && /^variable .|^default export$/.test(stable);
}

/** Without the module at the start and its exports, if there is more to say. */
function withoutModule(steps: readonly Match[]): readonly Match[] {
  if (isOfRuntime(steps)) return steps;
  const first = steps.findIndex(({ kind }) => kind !== "module");
  return first === -1 ? steps.slice(-1) : steps.slice(first);
}

/** Without what is behind a module of Node's own, which other versions have elsewhere, up to the first function or event. */
function withoutRuntime(steps: readonly Match[]): readonly Match[] {
  if (!isOfRuntime(steps)) return steps;
  let rest = 1;
  while (rest < steps.length && INSIDE.has(steps[rest].kind))
    if (steps[rest++].object.type === "closure") break;
  return [steps[0], ...steps.slice(rest)];
}

function isOfRuntime(steps: readonly Match[]): boolean {
  return steps.at(0)?.stable.startsWith("module node:") === true;
}

const INSIDE: ReadonlySet<StepKind> = new Set(["variable", "property", "element", "Map", "Set", "internal"]);
