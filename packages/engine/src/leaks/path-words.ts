/**
 * Retaining paths in the words of a JavaScript program. V8's and Node's internal steps (backing stores, contexts, cells,
 * reactions, listener lists, …) are folded into the one step that a person knows: `Map value`, `listener of 'data' on
 * Socket`, `variable cache in closure scope of handle()`.
 *
 * A path begins where a person would look: whatever leads to a module, to `process`, to a timer or a native handle is
 * folded into the first step, since those are alive anyway (`path-starts.ts`). Then one rule after the other is asked what
 * the next steps are (`path-rules.ts`).
 *
 * Cost: O(length of the path), besides naming its objects; scopes need the snapshot's retainers. The words come from the
 * snapshot: whoever prints them must escape them.
 */
import type { HeapObject, HeapPath } from "../heap-object.ts";
import type { SourceLocation } from "../passes/location-index.ts";
import { nameObject } from "./node-words.ts";
import type { Match } from "./path-rules/walk.ts";
import { matchStep } from "./path-rules.ts";
import { findStart } from "./path-starts.ts";

/** What a step is in a program. */
export type StepKind =
  /** Something V8 or Node holds by itself. */
  | "root"
  | "global"
  | "module"
  | "property"
  | "element"
  | "variable"
  | "Map"
  | "Set"
  | "WeakMap"
  | "listener"
  | "promise"
  | "timer"
  | "finalization registry"
  | "async context"
  | "native handle"
  /** A local variable of a suspended generator or async function. */
  | "generator"
  /** `this` or an argument of a bound function. */
  | "bound"
  | "string"
  | "buffer"
  /** A step of V8's for which there is no word. */
  | "internal";

/** One step of a path as a person would write it. */
export interface FoldedStep {
  /** The reference: `.sessions`, `[3]`, `Map value`, `listener of 'data' on Socket`. */
  readonly edge: string;
  /** The same without what changes between runs, machines and versions; empty for a step that means nothing elsewhere. */
  readonly stable: string;
  /** What it leads to: `Map`, `function handle()`, `pending promise`, otherwise the display name. */
  readonly node: string;
  readonly object: HeapObject;
  readonly kind: StepKind;
  /** How many steps of the raw path this is; at least 1, except in the start. Those of all steps add up to the raw path's. */
  readonly steps: number;
  /** How often the same step comes one after the other, in a linked list: 1 mostly. `edge` says it too: `.next (… ×19)`. */
  readonly repeats: number;
  /** Where `object` is written: a function's place, or its constructor's. */
  readonly place?: SourceLocation | undefined;
}

export interface FoldOptions {
  /**
   * Position in the path of the step that leads to the holder: no step after it is folded into the start. Without it, a
   * module that a program loads again and again would hide the list in which it does so.
   */
  readonly holderIndex?: number | undefined;
  /** Whether repeated steps are left as they are. */
  readonly keepRepeats?: boolean;
}

/** Repeated steps are put together from this number on. */
const LEAST_REPEATS = 3;
/** Longest row of steps that may repeat, such as `.children` and `[0]`. */
const LONGEST_PERIOD = 3;

/** Folds a raw path. The last step always leads to the object that the raw path leads to. */
export function foldPath(path: HeapPath, options: FoldOptions = {}): FoldedStep[] {
  return foldWords(path, options).map((step) => ({
    ...step,
    node: step.node ?? nameObject(step.object),
    place: step.object.location,
  }));
}

/** As `foldPath`, for those who do not ask what the objects are called. */
export function foldWords(path: HeapPath, options: FoldOptions = {}): Match[] {
  if (path.length === 0) return [];
  const start = findStart(path, options.holderIndex ?? path.length - 1);
  const steps: Match[] = start.words.map((word, i) => ({
    ...word,
    steps: i === 0 ? start.length : 0,
    repeats: 1,
  }));
  for (let i = start.length; i < path.length;) {
    const from = i === 0 ? path[0].edge.from : path[i - 1].object;
    const step = matchStep(path, i, from);
    steps.push(step);
    i += step.steps;
  }
  return options.keepRepeats === true ? steps : joinRepeats(steps);
}

/** Puts a row of steps that comes several times in one step each: `.next`, `.next`, `.next` is `.next (… ×3)`. */
function joinRepeats(steps: readonly Match[]): Match[] {
  const joined: Match[] = [];
  for (let i = 0; i < steps.length;) {
    let best = { period: 1, repeats: 1 };
    for (let period = 1; period <= LONGEST_PERIOD; period++) {
      let end = i + period;
      while (end < steps.length && isLike(steps[end], steps[end - period])) end++;
      const repeats = Math.floor((end - i) / period);
      if (repeats >= LEAST_REPEATS && repeats * period > best.repeats * best.period)
        best = { period, repeats };
    }
    const { period, repeats } = best;
    if (repeats === 1) {
      joined.push(steps[i++]);
      continue;
    }
    const row = steps.slice(i, i + period * repeats);
    for (let at = 0; at < period; at++) {
      const alike = row.filter((_, j) => j % period === at);
      const last = alike[alike.length - 1];
      joined.push({
        ...last,
        edge: at === period - 1 ? `${last.edge} (… ×${repeats})` : last.edge,
        stable: at === period - 1 ? `${last.stable} (…)` : last.stable,
        steps: alike.reduce((sum, step) => sum + step.steps, 0),
        repeats,
      });
    }
    i += row.length;
  }
  return joined;
}

function isLike(a: Match, b: Match): boolean {
  return a.stable === b.stable && a.kind === b.kind && a.edge === b.edge;
}
