/**
 * What is left of an earlier snapshot when only the search for leaks needs it: its outline (`snapshot-outline.ts`), and for each
 * node what holds it and by which word. Its references are not in it.
 *
 * Cost: as an outline, and the holding tree, O(edges); 13 bytes a node more are kept.
 */
import type { HeapSnapshot } from "../heap-snapshot.ts";
import {
  collectingOutline,
  digestEdges,
  SnapshotOutline,
  type OutlineTables,
} from "../compare/snapshot-outline.ts";
import type { PlacedNodes } from "./growth-places.ts";
import type { GrowthRule } from "./growth-rules.ts";
import { prepareHoldingNodes, type HoldingOptions } from "./holding-nodes.ts";

/** Nodes with their roles, and what holds them. */
export type HeldNodes = Pick<PlacedNodes, "role" | "tree" | "labels">;

export interface LeakOutlineOptions extends HoldingOptions {
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
  const keep = new Set(options.keep);
  const [nodes, tables] = await prepareHoldingNodes(snapshot, keep, collectingOutline(snapshot), options);
  const { role, labels } = nodes;
  const { holder, order } = nodes.tree;
  return new LeakOutline(snapshot, tables, { role, tree: { holder, order }, labels }, keptCodeOf(keep));
}

/** The rules among those switched off by which code counts as data: they decide what holds what. */
export function keptCodeOf(keep: ReadonlySet<GrowthRule>): string {
  return (["code", "shapes"] as const).filter((rule) => keep.has(rule)).join(" and ");
}
