/**
 * Where objects were allocated, for recordings with allocation stacks: DevTools' "Allocation" view, and the stack of one
 * object. Live numbers come from the nodes, all others from the recording.
 *
 * Below a function stand its callers (DevTools, `AllocationProfile.serializeCallers`): the calls of the function that
 * allocated are divided by who called them, those by who called these, and so on. All numbers on the way are what the
 * function allocated itself when it was called that way.
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

/** A function on the stacks of a site. The numbers are those of the site, as far as it was called this way. */
export interface AllocationCaller extends AllocationSite {
  /** Its row in `TraceTable`. */
  readonly functionRow: number;
  /** False for what nobody called: the root of the recording. */
  readonly hasCallers: boolean;
}

/** What is alive of each row of the call tree. */
interface LiveColumns {
  readonly liveCount: Uint32Array;
  readonly liveSize: Float64Array;
}

export class AllocationTable {
  readonly #graph: HeapGraph;
  readonly #traces: TraceTable;
  readonly #rowOfId: ReadonlyMap<number, number>;
  readonly #live: LiveColumns;
  /** By size descending. Functions that allocated nothing are left out. */
  readonly sites: readonly AllocationSite[];
  /** Position in `sites` -> function row in `TraceTable`. */
  readonly functionOfSite: readonly number[];

  /** Made by `computeAllocations`. */
  constructor(
    graph: HeapGraph,
    traces: TraceTable,
    rowOfId: ReadonlyMap<number, number>,
    live: LiveColumns,
    sites: readonly (readonly [functionRow: number, site: AllocationSite])[],
  ) {
    this.#graph = graph;
    this.#traces = traces;
    this.#rowOfId = rowOfId;
    this.#live = live;
    this.sites = sites.map(([, site]) => site);
    this.functionOfSite = sites.map(([row]) => row);
  }

  /**
   * Who called, for a function that allocated. `path` is the way to it: function rows, first the site's, then that of its
   * caller, and so on; the callers of the last one are answered, in the order of the tree. Empty for a path that is none.
   *
   * **Cost**: O(tree).
   */
  callersOf(path: readonly number[]): AllocationCaller[] {
    const { treeFunction, treeParent, treeCount, treeSize } = this.#traces;
    const callers = new Map<
      number,
      { -readonly [Field in keyof AllocationCaller]: AllocationCaller[Field] }
    >();
    for (const [row, last] of this.#callsOn(path)) {
      const caller = treeParent[last];
      if (caller === -1) continue;
      const functionRow = treeFunction[caller];
      let sums = callers.get(functionRow);
      if (sums === undefined) {
        const called = getFunction(this.#graph, this.#traces, functionRow);
        sums = { ...called, functionRow, count: 0, size: 0, liveCount: 0, liveSize: 0, hasCallers: false };
        callers.set(functionRow, sums);
      }
      sums.count += treeCount[row];
      sums.size += treeSize[row];
      sums.liveCount += this.#live.liveCount[row];
      sums.liveSize += this.#live.liveSize[row];
      sums.hasCallers ||= treeParent[caller] !== -1;
    }
    return [...callers.values()];
  }

  /**
   * Which trace ids the objects have that a function allocated when it was called by `path`, a way as for `callersOf`. Empty
   * for a path that is none. **Cost**: O(tree).
   */
  traceIdsOf(path: readonly number[]): Set<number> {
    return new Set(Array.from(this.#callsOn(path), ([row]) => this.#traces.treeId[row]));
  }

  /** The rows of the tree where the first function of `path` allocated, called by the others; with the row of the last one. */
  *#callsOn(path: readonly number[]): Generator<readonly [row: number, last: number]> {
    const { treeFunction, treeParent, treeCount, nodeCount } = this.#traces;
    for (let row = 0; row < nodeCount; row++) {
      if (treeFunction[row] !== path[0] || treeCount[row] === 0) continue;
      let last = row;
      for (let depth = 1; depth < path.length && last !== -1; depth++) {
        last = treeParent[last];
        if (last !== -1 && treeFunction[last] !== path[depth]) last = -1;
      }
      if (last !== -1) yield [row, last];
    }
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

  const sites: [functionRow: number, site: AllocationSite][] = [];
  for (const [functionRow, rows] of rowsOfFunctions(traces).entries()) {
    const allocating = rows.filter((row) => traces.treeCount[row] > 0);
    if (allocating.length === 0) continue;
    const sum = (column: ArrayLike<number>): number =>
      allocating.reduce((total, row) => total + column[row], 0);
    const site = {
      ...getFunction(graph, traces, functionRow),
      count: sum(traces.treeCount),
      size: sum(traces.treeSize),
      liveCount: sum(liveCount),
      liveSize: sum(liveSize),
    };
    sites.push([functionRow, site]);
  }
  return new AllocationTable(
    graph,
    traces,
    rowOfId,
    { liveCount, liveSize },
    sites.sort(([, a], [, b]) => b.size - a.size),
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
