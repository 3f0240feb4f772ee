/**
 * Many retaining paths as one tree with counts: what hundreds of objects have in common stands once. Positions in arrays and
 * keys that are data count as the same step (`[…]`), and so do rows of the same step, however long (`.next (… ×19)`).
 *
 * Cost: that of folding the paths.
 */
import type { HeapObject, HeapPath } from "../heap-object.ts";
import { runNow, type Pass } from "../passes/pass.ts";
import { foldPath, type FoldedStep, type StepKind } from "./path-words.ts";

/** Paths that begin alike. */
export interface PathTree {
  /** Paths that come through here. */
  readonly count: number;
  /** The next steps, by count descending, then by name. */
  readonly branches: readonly PathBranch[];
}

/** A step that paths share. */
export interface PathBranch extends PathTree {
  /** As `FoldedStep.edge`; `[…]` if the paths differ there. */
  readonly edge: string;
  /** As `FoldedStep.node`, of the first path. */
  readonly node: string;
  readonly kind: StepKind;
  /** One of the objects that this step leads to. */
  readonly object: HeapObject;
  /** How many paths end here. */
  readonly ends: number;
}

interface Draft {
  count: number;
  ends: number;
  step: FoldedStep;
  edges: Set<string>;
  repeats: number;
  below: Map<string, Draft>;
}

/** Merges paths into one tree. The order of the paths decides only which one lends its words where they differ. */
export function mergePaths(paths: readonly HeapPath[]): PathTree {
  return runNow(mergingPaths(paths));
}

/** `mergePaths` as a pass. */
export function* mergingPaths(paths: readonly HeapPath[]): Pass<PathTree> {
  const top = new Map<string, Draft>();
  for (const [index, path] of paths.entries()) {
    yield index / paths.length;
    let level = top;
    let last: Draft | undefined;
    for (const step of foldPath(path)) {
      const key = keyOf(step);
      last = level.get(key);
      if (last === undefined)
        level.set(key, (last = { count: 0, ends: 0, step, edges: new Set(), repeats: 0, below: new Map() }));
      last.count++;
      last.edges.add(withoutRepeats(step));
      last.repeats = Math.max(last.repeats, step.repeats);
      level = last.below;
    }
    if (last !== undefined) last.ends++;
  }
  return { count: paths.length, branches: toBranches(top) };
}

/** Steps with the same key are one branch. Plain objects differ in what they are called, not in what they are. */
function keyOf(step: FoldedStep): string {
  const node = step.object.type === "object" && step.node.startsWith("{") ? "{}" : step.node;
  const isData = step.stable.startsWith("[…]");
  return JSON.stringify([
    step.kind,
    isData ? "[…]" : withoutRepeats(step),
    step.object.type.endsWith("string") ? "" : node,
  ]);
}

function withoutRepeats({ edge, repeats }: FoldedStep): string {
  return edge.replace(` (… ×${repeats})`, " (…)");
}

function toBranches(drafts: ReadonlyMap<string, Draft>): PathBranch[] {
  return Array.from(drafts.values(), ({ count, ends, step, edges, repeats, below }): PathBranch => {
    const [edge] =
      edges.size === 1 ? edges : [edges.values().next().value?.endsWith(" (…)") === true ? "[…] (…)" : "[…]"];
    return {
      count,
      ends,
      edge: edge.endsWith(" (…)") ? `${edge.slice(0, -" (…)".length)} (… ×${repeats})` : edge,
      node: step.node,
      kind: step.kind,
      object: step.object,
      branches: toBranches(below),
    };
  }).sort((a, b) => b.count - a.count || compare(a.edge, b.edge) || compare(a.node, b.node));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
