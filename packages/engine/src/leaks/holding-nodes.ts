/**
 * What a search for leaks needs to know of a snapshot first, and what takes longest: the role of each node, what holds it, and
 * by which word. Made from the columns alone, so that another thread can do it (`table-job.ts`) while this one computes the
 * rest.
 *
 * Cost: O(edges); 17 bytes a node, 9 more while it runs.
 */
import { CancelledError } from "../errors.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import type { EphemeronNames } from "../passes/ephemerons.ts";
import type { NodeNames } from "../passes/node-names.ts";
import { named, run, type RunOptions, type Task } from "../passes/pass.ts";
import type { GrowthRule } from "./growth-rules.ts";
import { labelHoldingEdges, type HoldingLabels } from "./holding-labels.ts";
import { computeHoldingTree, type HoldingTree } from "./holding-tree.ts";
import { computeNodeRoles } from "./node-roles.ts";

/** The nodes of a snapshot with what holds them. */
export interface HoldingNodes {
  /** NodeIndex -> `NodeRole`. */
  readonly role: Uint8Array;
  readonly tree: HoldingTree;
  readonly labels: HoldingLabels;
}

/** What it is made from: a snapshot has it. */
export interface HoldingSource {
  readonly graph: Pick<
    HeapGraph,
    | "nodeCount"
    | "rootNode"
    | "nodeType"
    | "nodeName"
    | "nodeId"
    | "firstEdge"
    | "edgeType"
    | "edgeName"
    | "edgeTarget"
    | "strings"
  >;
  readonly names: Pick<NodeNames, "kind">;
  readonly ephemerons: EphemeronNames;
}

/** What holds the nodes, as a task of this thread. */
export function* holdingNodes(source: HoldingSource, keep: ReadonlySet<GrowthRule>): Task<HoldingNodes> {
  const { graph, names, ephemerons } = source;
  const role = yield* named("telling code from data", computeNodeRoles(graph, keep), []);
  const holding = computeHoldingTree(graph, role, names, ephemerons);
  const tree = yield* named("finding what holds what", holding, []);
  const labelling = labelHoldingEdges({ graph, role, tree, ephemerons });
  return { role, tree, labels: yield* named("naming references", labelling, []) };
}

export interface HoldingOptions extends RunOptions {
  /** Called when this thread is free, if only another one has work left; at most once. */
  readonly onWaiting?: (() => void) | undefined;
}

/**
 * What holds the nodes, and the result of other work: done by another thread meanwhile, if the snapshot has one. Throws
 * `CancelledError`.
 */
export async function prepareHoldingNodes<T>(
  snapshot: HeapSnapshot,
  keep: ReadonlySet<GrowthRule>,
  meanwhile: Task<T>,
  options: HoldingOptions,
): Promise<readonly [HoldingNodes, T]> {
  const { signal, onProgress, onWaiting } = options;
  const elsewhere = snapshot.computeElsewhere({ kind: "holding", keep: [...keep] }, signal);
  const result = await run(meanwhile, options);
  if (elsewhere !== undefined) {
    onProgress?.({ stage: "finding what holds what", done: 0, total: 1 });
    onWaiting?.();
    const nodes = await elsewhere;
    if (signal?.aborted === true) throw new CancelledError();
    if (nodes !== undefined) return [nodes, result];
  }
  return [await run(holdingNodes(snapshot, keep), options), result];
}
