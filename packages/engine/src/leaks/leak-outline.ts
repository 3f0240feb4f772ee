/**
 * What is left of an earlier snapshot when only the search for leaks needs it: its outline (`snapshot-outline.ts`), and for each
 * node what holds it and by which word. Its references are not in it.
 *
 * Cost: as an outline, and the holding tree, O(edges); 13 bytes a node more are kept.
 */
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { named, run, type RunOptions, type Task } from "../passes/pass.ts";
import {
  collectingOutline,
  digestEdges,
  SnapshotOutline,
  type OutlineTables,
} from "../compare/snapshot-outline.ts";
import type { PlacedNodes, PlacedSnapshot } from "./growth-places.ts";
import type { GrowthRule } from "./growth-rules.ts";
import { labelHoldingEdges } from "./holding-labels.ts";
import { computeHoldingTree } from "./holding-tree.ts";
import { computeNodeRoles } from "./node-roles.ts";

/** Nodes with their roles, and what holds them. */
export type HeldNodes = Pick<PlacedNodes, "role" | "tree" | "labels">;

export interface LeakOutlineOptions extends RunOptions {
  /** As `findLeaks` will be told. */
  readonly keep?: readonly GrowthRule[] | undefined;
}

/** A snapshot without its references that can be searched for leaks with later ones. Made by `prepareLeakOutline`. */
export class LeakOutline extends SnapshotOutline {
  /** @internal The kinds of code that it has kept as data. */
  readonly keptCode: string;
  #held: HeldNodes | undefined;

  /** @internal */
  constructor(snapshot: HeapSnapshot, tables: OutlineTables, held: HeldNodes, keptCode: string) {
    super(snapshot, tables, digestEdges(snapshot.graph));
    this.#held = held;
    this.keptCode = keptCode;
  }

  /** @internal */
  get held(): HeldNodes {
    if (this.#held === undefined) throw new RangeError("The tables of this outline have been released");
    return this.#held;
  }

  override release(): void {
    super.release();
    this.#held = undefined;
  }
}

/**
 * The outline of an earlier snapshot of a series, with progress and cancellation; the last one must be whole. **Cost**: see the
 * head of this file.
 */
export async function prepareLeakOutline(
  snapshot: HeapSnapshot,
  options: LeakOutlineOptions = {},
): Promise<LeakOutline> {
  return await run(outliningForLeaks(snapshot, new Set(options.keep)), options);
}

/** `prepareLeakOutline` as a task. */
function* outliningForLeaks(snapshot: HeapSnapshot, keep: ReadonlySet<GrowthRule>): Task<LeakOutline> {
  const tables = yield* collectingOutline(snapshot);
  const { role, tree, labels } = yield* holdingNodes(snapshot, keep);
  const { holder, order } = tree;
  return new LeakOutline(snapshot, tables, { role, tree: { holder, order }, labels }, keptCodeOf(keep));
}

/** What holds the nodes of a whole snapshot, and by which words. */
export function* holdingNodes(
  snapshot: HeapSnapshot,
  keep: ReadonlySet<GrowthRule>,
): Task<Pick<PlacedSnapshot, "role" | "tree" | "labels">> {
  const { graph, names, ephemerons } = snapshot;
  const role = yield* named("telling code from data", computeNodeRoles(graph, keep), []);
  const holding = computeHoldingTree(graph, role, names, ephemerons);
  const tree = yield* named("finding what holds what", holding, []);
  const labelling = labelHoldingEdges({ graph, role, tree, ephemerons });
  return { role, tree, labels: yield* named("naming references", labelling, []) };
}

/** The rules among those switched off by which code counts as data: they decide what holds what. */
export function keptCodeOf(keep: ReadonlySet<GrowthRule>): string {
  return (["code", "shapes"] as const).filter((rule) => keep.has(rule)).join(" and ");
}
