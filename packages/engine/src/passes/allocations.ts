/**
 * Where objects were allocated, for recordings with allocation stacks: DevTools' "Allocation" view, and the stack of one
 * object. Live numbers come from the nodes, all others from the recording.
 *
 * Cost: O(nodes) and O(tree).
 */
import type { HeapGraph, NodeIndex, TraceTable } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";
import { scriptPath } from "./script-path.ts";

/** A function that allocated. */
export interface AllocationFunction {
  readonly name: string;
  /** A path or a url, as in `HeapSnapshot.scriptUrls`; empty when unknown. */
  readonly scriptName: string;
  readonly scriptId: number;
  /** From 1; 0 when unknown. */
  readonly line: number;
  /** From 1; 0 when unknown. */
  readonly column: number;
}

/** A row of the "Allocation" view: what one function allocated while it was on top of the stack. */
export interface AllocationSite extends AllocationFunction {
  /** Objects allocated during the recording. */
  readonly count: number;
  readonly size: number;
  /** Those of them that are in the snapshot. */
  readonly liveCount: number;
  readonly liveSize: number;
}

export class AllocationTable {
  readonly #graph: HeapGraph;
  readonly #traces: TraceTable;
  readonly #rowOfId: ReadonlyMap<number, number>;
  /** By size descending. Functions that allocated nothing are left out. */
  readonly sites: readonly AllocationSite[];

  constructor(
    graph: HeapGraph,
    traces: TraceTable,
    rowOfId: ReadonlyMap<number, number>,
    sites: readonly AllocationSite[],
  ) {
    this.#graph = graph;
    this.#traces = traces;
    this.#rowOfId = rowOfId;
    this.sites = sites;
  }

  /**
   * The functions that were on the stack when the object was allocated, innermost first; empty when the recording does
   * not know. **Cost**: O(depth of the stack).
   */
  stackOf(node: NodeIndex): AllocationFunction[] {
    const id = this.#graph.nodeTraceId?.[node] ?? 0;
    const stack: AllocationFunction[] = [];
    for (let row = this.#rowOfId.get(id) ?? -1; row !== -1 && id !== 0; row = this.#traces.treeParent[row])
      stack.push(getFunction(this.#graph, this.#traces, this.#traces.treeFunction[row]));
    return stack;
  }
}

export function* computeAllocations(
  graph: HeapGraph,
  traces: TraceTable,
  shallowSize: Float64Array,
): Pass<AllocationTable> {
  const { nodeCount, nodeTraceId } = graph;
  const rowOfId = new Map<number, number>();
  // Of two rows with one id, the last wins, as in DevTools; V8 numbers rows uniquely.
  for (let row = 0; row < traces.nodeCount; row++) rowOfId.set(traces.treeId[row], row);

  const liveCount = new Uint32Array(traces.nodeCount);
  const liveSize = new Float64Array(traces.nodeCount);
  for (let node = 0; node < nodeCount && nodeTraceId !== undefined; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    const row = rowOfId.get(nodeTraceId[node]);
    if (row === undefined) continue;
    liveCount[row]++;
    liveSize[row] += shallowSize[node];
  }

  const sites: AllocationSite[] = [];
  for (const rows of rowsOfFunctions(traces)) {
    const allocating = rows.filter((row) => traces.treeCount[row] > 0);
    if (allocating.length === 0) continue;
    const sum = (column: ArrayLike<number>): number =>
      allocating.reduce((total, row) => total + column[row], 0);
    sites.push({
      ...getFunction(graph, traces, traces.treeFunction[allocating[0]]),
      count: sum(traces.treeCount),
      size: sum(traces.treeSize),
      liveCount: sum(liveCount),
      liveSize: sum(liveSize),
    });
  }
  return new AllocationTable(
    graph,
    traces,
    rowOfId,
    sites.sort((a, b) => b.size - a.size),
  );
}

/** Function row -> rows of the tree that are calls of it. */
function rowsOfFunctions(traces: TraceTable): number[][] {
  const rows: number[][] = Array.from({ length: traces.functionCount }, () => []);
  for (let row = 0; row < traces.nodeCount; row++) rows[traces.treeFunction[row]].push(row);
  return rows;
}

function getFunction(graph: HeapGraph, traces: TraceTable, row: number): AllocationFunction {
  return {
    name: graph.strings.get(traces.functionName[row]),
    scriptName: scriptPath(graph.strings.get(traces.scriptName[row])),
    scriptId: traces.scriptId[row],
    line: traces.line[row],
    column: traces.column[row],
  };
}
