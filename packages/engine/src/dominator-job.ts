/**
 * The dominator tree as a job that another thread can do while this one does something else: what it needs as a message
 * (columns in shared memory are shared, not copied), and the work itself.
 *
 * The tree is the longest single piece of work on the way from a file to its groups, about half of what comes after
 * reading, and nothing else that groups need depends on it.
 */
import type { HeapGraph } from "./graph/heap-graph.ts";
import { Scratch } from "./graph/scratch.ts";
import { StringTable, type StringTableParts } from "./graph/string-table.ts";
import { computeDominatorTree, type DominatorTree } from "./passes/dominator-tree.ts";
import { computeDominators } from "./passes/dominators.ts";
import { EphemeronNames } from "./passes/ephemerons.ts";
import { walkEssentialEdges, type WalkGraph } from "./passes/essential-walk.ts";
import { DOCUMENT_DOM_TREES, NameKind, NodeNames } from "./passes/node-names.ts";
import { runNow, type CancelSignal } from "./passes/pass.ts";

/** The columns that the job reads. */
type DominatorJobGraph = WalkGraph & Pick<HeapGraph, "nodeName">;

/** A message to another thread. Can be cloned; large parts are in shared memory. */
export interface DominatorJob {
  readonly graph: DominatorJobGraph;
  readonly strings: StringTableParts;
}

/** Another thread that takes such jobs. */
export interface DominatorThread {
  /**
   * Does the job. Resolves with `undefined` when the thread cannot do it, for whatever reason; then it is done here.
   *
   * @param signal stops the thread
   */
  run(job: DominatorJob, signal?: CancelSignal): Promise<DominatorTree | undefined>;
}

/** The job for a graph; `undefined` when its columns cannot be shared. */
export function describeDominatorJob(graph: HeapGraph): DominatorJob | undefined {
  if (typeof SharedArrayBuffer !== "function" || !(graph.edgeTarget.buffer instanceof SharedArrayBuffer))
    return undefined;
  const { nodeCount, edgeCount, rootNode, nodeType, nodeName, nodeId } = graph;
  const { firstEdge, edgeType, edgeName, edgeTarget } = graph;
  return {
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

/** Does the job in the calling thread. The tree is in shared memory. **Cost**: O(edges · log nodes). */
export function runDominatorJob({ graph, strings: parts }: DominatorJob): DominatorTree {
  const strings = new StringTable(parts);
  const linked = { ...graph, strings };
  const names = new NodeNames(linked, findDocuments(linked), undefined);
  const scratch = new Scratch();
  const walk = runNow(walkEssentialEdges(linked, names, new EphemeronNames(strings), scratch));
  return runNow(
    computeDominatorTree(graph.nodeCount, runNow(computeDominators(linked, walk, scratch)), scratch),
  );
}

/**
 * The only kind of name that the walk asks for, and only for children of the root: looking at all strings would keep the
 * caller waiting. (Detached nodes have other names, but are never such children.)
 */
function findDocuments(graph: DominatorJobGraph & { readonly strings: StringTable }): Uint8Array {
  const { rootNode, firstEdge, edgeTarget, nodeName, strings } = graph;
  const kinds = new Uint8Array(strings.length);
  for (let edge = firstEdge[rootNode]; edge < firstEdge[rootNode + 1]; edge++) {
    const name = nodeName[edgeTarget[edge]];
    if (strings.equals(name, DOCUMENT_DOM_TREES)) kinds[name] = NameKind.documentDomTrees;
  }
  return kinds;
}
