/**
 * Tables as jobs that another thread can do while this one does something else: what such a job needs as a message (columns in
 * shared memory are shared, not copied), and the work itself.
 *
 * There are two: the dominator tree, which is about half of what comes after reading on the way to the groups, and what holds
 * each node, which is as much of a search for leaks. Nothing else that is needed at first depends on either.
 */
import type { HeapGraph } from "./graph/heap-graph.ts";
import { Scratch } from "./graph/scratch.ts";
import { StringTable, type StringTableParts } from "./graph/string-table.ts";
import type { GrowthRule } from "./leaks/growth-rules.ts";
import { holdingNodes, type HoldingNodes } from "./leaks/holding-nodes.ts";
import { computeDominatorTree, type DominatorTree } from "./passes/dominator-tree.ts";
import { computeDominators } from "./passes/dominators.ts";
import { EphemeronNames } from "./passes/ephemerons.ts";
import { walkEssentialEdges, type WalkGraph } from "./passes/essential-walk.ts";
import { DOCUMENT_DOM_TREES, NameKind, NodeNames } from "./passes/node-names.ts";
import { runNow, type CancelSignal } from "./passes/pass.ts";

/** The columns that jobs read. */
type SharedGraph = WalkGraph & Pick<HeapGraph, "nodeName">;

/** What is wanted. */
export type TableRequest =
  | { readonly kind: "dominators" }
  | { readonly kind: "holding"; readonly keep: readonly GrowthRule[] };

/** Kind of request -> what comes of it. */
interface TablesByKind {
  readonly dominators: DominatorTree;
  readonly holding: HoldingNodes;
}

/** What comes of a request. */
export type TableFor<Request extends TableRequest> = TablesByKind[Request["kind"]];

/** A message to another thread. Can be cloned; large parts are in shared memory. */
export interface TableJob<Request extends TableRequest = TableRequest> {
  readonly request: Request;
  readonly graph: SharedGraph;
  readonly strings: StringTableParts;
}

/** Another thread that takes such jobs. */
export interface TableThread {
  /**
   * Does the job. Resolves with `undefined` when the thread cannot do it, for whatever reason; then it is done here.
   *
   * @param signal stops the thread
   */
  run<Request extends TableRequest>(
    job: TableJob<Request>,
    signal?: CancelSignal,
  ): Promise<TableFor<Request> | undefined>;
}

/** The job for a graph; `undefined` when its columns cannot be shared. */
export function describeTableJob<Request extends TableRequest>(
  request: Request,
  graph: HeapGraph,
): TableJob<Request> | undefined {
  if (typeof SharedArrayBuffer !== "function" || !(graph.edgeTarget.buffer instanceof SharedArrayBuffer))
    return undefined;
  const { nodeCount, edgeCount, rootNode, nodeType, nodeName, nodeId } = graph;
  const { firstEdge, edgeType, edgeName, edgeTarget } = graph;
  return {
    request,
    graph: {
      nodeCount,
      edgeCount,
      rootNode,
      nodeType,
      nodeName,
      nodeId,
      firstEdge,
      edgeType,
      edgeName,
      edgeTarget,
    },
    strings: graph.strings.parts,
  };
}

/** Does the job in the calling thread. A dominator tree is in shared memory. **Cost**: as the tables. */
export function runTableJob<Request extends TableRequest>(job: TableJob<Request>): TableFor<Request>;
export function runTableJob({ request, graph, strings: parts }: TableJob): TableFor<TableRequest> {
  const strings = new StringTable(parts);
  const linked = { ...graph, strings };
  const names = new NodeNames(linked, findDocuments(linked), undefined);
  const ephemerons = new EphemeronNames(strings);
  if (request.kind === "holding")
    return runNow(holdingNodes({ graph: linked, names, ephemerons }, new Set(request.keep)));
  const scratch = new Scratch();
  const walk = runNow(walkEssentialEdges(linked, names, ephemerons, scratch));
  return runNow(
    computeDominatorTree(graph.nodeCount, runNow(computeDominators(linked, walk, scratch)), scratch),
  );
}

/** The memory of a table that is not shared: a message can hand it over instead of copying it. */
export function ownMemoryOf(table: TableFor<TableRequest>): ArrayBuffer[] {
  if (!("role" in table)) return [];
  const { role, tree, labels } = table;
  const columns = [role, tree.holdingEdge, tree.holder, tree.order, labels.labelOf];
  return columns.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}

/**
 * The only kind of name that jobs ask for, and only for children of the root: looking at all strings would keep the caller
 * waiting. (Detached nodes have other names, but are never such children.)
 */
function findDocuments(graph: SharedGraph & { readonly strings: StringTable }): Uint8Array {
  const { rootNode, firstEdge, edgeTarget, nodeName, strings } = graph;
  const kinds = new Uint8Array(strings.length);
  for (let edge = firstEdge[rootNode]; edge < firstEdge[rootNode + 1]; edge++) {
    const name = nodeName[edgeTarget[edge]];
    if (strings.equals(name, DOCUMENT_DOM_TREES)) kinds[name] = NameKind.documentDomTrees;
  }
  return kinds;
}
