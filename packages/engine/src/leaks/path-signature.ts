/**
 * Text that stands for a place in a program and is the same for every run, machine and version of Node: names that somebody
 * wrote (modules without their folder, variables, properties, functions, classes, events), no ids, positions or keys.
 *
 * Cost: that of folding the path.
 */
import type { HeapPath } from "../heap-object.ts";
import { foldPath, type FoldedStep, type StepKind } from "./path-words.ts";

/**
 * The signature of the way to a holder: `module server.js › variable sessions`.
 *
 * @param path a raw path from a root over the holder to one of the things that accumulate
 * @param holderIndex position in `path` of the step that leads to the holder; -1 when it is the root
 */
export function pathSignature(path: HeapPath, holderIndex: number): string {
  const steps: FoldedStep[] = [];
  let end = 0;
  for (const step of foldPath(path, { holderIndex })) {
    const begin = end;
    end += step.steps;
    // A holder in the midst of a step, such as the list of an emitter's listeners, is told by that step.
    if (end <= holderIndex + 1 || (begin <= holderIndex && !ENTRIES.has(step.kind))) steps.push(step);
  }
  return withoutRuntime(steps)
    .map(({ stable }) => stable)
    .filter((word) => word !== "")
    .join(" › ");
}

/** In the midst of these the holder is the table, for which the collection stands. */
const ENTRIES: ReadonlySet<StepKind> = new Set(["Map", "Set", "WeakMap", "async context"]);

/** Without what is behind a module of Node's own, which other versions have elsewhere, up to the first function or event. */
function withoutRuntime(steps: readonly FoldedStep[]): readonly FoldedStep[] {
  if (steps[0]?.stable.startsWith("module node:") !== true) return steps;
  let rest = 1;
  while (rest < steps.length && INSIDE.has(steps[rest].kind))
    if (steps[rest++].object.type === "closure") break;
  return [steps[0], ...steps.slice(rest)];
}

const INSIDE: ReadonlySet<StepKind> = new Set(["variable", "property", "element", "Map", "Set", "internal"]);
