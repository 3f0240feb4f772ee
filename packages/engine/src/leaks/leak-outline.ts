/**
 * What is left of an earlier snapshot when only the search for leaks needs it: its outline (`snapshot-outline.ts`), and for each
 * node what holds it and by which word. Its references are not in it.
 *
 * Cost: as an outline, and the holding tree, O(edges); 13 bytes a node more are kept.
 */
import type { NodeIndex } from "../graph/heap-graph.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { CHECK_MASK, named, run, type Pass, type RunOptions, type Task } from "../passes/pass.ts";
import {
  collectingOutline,
  digestEdges,
  SnapshotOutline,
  type OutlineTables,
} from "../compare/snapshot-outline.ts";
import type { PlacedNodes, PlacedSnapshot } from "./growth-places.ts";
import type { GrowthRule } from "./growth-rules.ts";
import { labelHoldingEdges, type HoldingLabels } from "./holding-labels.ts";
import { computeHoldingTree } from "./holding-tree.ts";
import { computeNodeRoles, isCountedRole } from "./node-roles.ts";

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
  const noted = yield* named("naming references", noteLabels(snapshot, role, tree, labels), []);
  const { holder, order } = tree;
  return new LeakOutline(
    snapshot,
    tables,
    { role, tree: { holder, order }, labels: noted },
    keptCodeOf(keep),
  );
}

/** What holds the nodes of a whole snapshot. Labels are found when asked for. */
export function* holdingNodes(
  snapshot: HeapSnapshot,
  keep: ReadonlySet<GrowthRule>,
): Task<Pick<PlacedSnapshot, "role" | "tree" | "labels">> {
  const { graph, names, ephemerons } = snapshot;
  const role = yield* named("telling code from data", computeNodeRoles(graph, keep), []);
  const holding = computeHoldingTree(graph, role, names, ephemerons);
  const tree = yield* named("finding what holds what", holding, []);
  return { role, tree, labels: labelHoldingEdges({ graph, role, tree, ephemerons }) };
}

/** The rules among those switched off by which code counts as data: they decide what holds what. */
export function keptCodeOf(keep: ReadonlySet<GrowthRule>): string {
  return (["code", "shapes"] as const).filter((rule) => keep.has(rule)).join(" and ");
}

/** Finds the labels of all nodes ahead, so that no edge is needed any more. */
function* noteLabels(
  { graph: { nodeCount, nodeType } }: HeapSnapshot,
  role: Uint8Array,
  { order }: PlacedSnapshot["tree"],
  labels: HoldingLabels,
): Pass<HoldingLabels> {
  const labelOf = new Uint32Array(nodeCount);
  // The root, the first, is held by nothing.
  for (let at = 1; at < order.length; at++) {
    if ((at & CHECK_MASK) === 0) yield at / order.length;
    const node = order[at];
    if (isCountedRole(role[node], nodeType[node])) labelOf[node] = labels.of(node);
  }
  return new NotedLabels(labelOf, labels.texts);
}

/** A class, since a function made beside the graph could hold on to it. */
class NotedLabels implements HoldingLabels {
  readonly texts: readonly string[];
  readonly of: (node: NodeIndex) => number;

  constructor(labelOf: Uint32Array, texts: readonly string[]) {
    this.texts = texts;
    this.of = (node) => labelOf[node];
  }
}
