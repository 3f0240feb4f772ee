/** What DevTools shows of an allocation timeline: its bars, the functions that allocated, and an object's stack. */
import type { PlainHeap, PlainTraceFunction, PlainTraceNode } from "../plain-heap.ts";
import { shallowSizes } from "./sizes.ts";

export interface NaiveSite extends Omit<PlainTraceFunction, "functionId"> {
  count: number;
  size: number;
  liveCount: number;
  liveSize: number;
}

export interface NaiveBar {
  endMs: number;
  lastAssignedId: number;
  liveCount: number;
  liveSize: number;
}

/** Each sample with the objects that got their (odd) id since the one before, are alive and have a size. */
export function timelineBars(heap: PlainHeap): NaiveBar[] {
  const shallow = shallowSizes(heap);
  const barOf = heap.nodes.map(({ id }) =>
    id % 2 === 0 ? -1 : heap.samples.findIndex((sample) => sample.lastAssignedId >= id),
  );
  return heap.samples.map(({ timestampUs, lastAssignedId }, bar) => ({
    endMs: timestampUs / 1000,
    lastAssignedId,
    liveCount: shallow.filter((size, node) => size > 0 && barOf[node] === bar).length,
    liveSize: shallow.reduce((sum, size, node) => (barOf[node] === bar ? sum + size : sum), 0),
  }));
}

/** Functions with what they allocated themselves, the greatest size first; calls without allocations do not count. */
export function allocationSites(heap: PlainHeap): NaiveSite[] {
  const shallow = shallowSizes(heap);
  const calls = allCalls(heap).map(([call]) => call);
  return heap.traceFunctions
    .flatMap(({ functionId: _unused, ...place }, functionIndex) => {
      const own = calls.filter((call) => call.functionIndex === functionIndex && call.count > 0);
      const isLive = (node: number) => own.some(({ id }) => id === heap.nodes[node]!.traceNodeId);
      const live = heap.nodes.flatMap((_node, index) => (isLive(index) ? [index] : []));
      return own.length === 0
        ? []
        : [
            {
              ...place,
              count: own.reduce((sum, call) => sum + call.count, 0),
              size: own.reduce((sum, call) => sum + call.size, 0),
              liveCount: live.length,
              liveSize: live.reduce((sum, node) => sum + shallow[node]!, 0),
            },
          ];
    })
    .sort((a, b) => b.size - a.size);
}

/**
 * Who called, one above the other, when a function allocated: `path` begins with the function. The calls of the last one are
 * divided by their callers, in the order in which they are met.
 */
export function allocationCallers(
  heap: PlainHeap,
  path: number[],
): (NaiveSite & { functionIndex: number })[] {
  const shallow = shallowSizes(heap);
  const stacks = callsOn(heap, path);
  const callers = new Set(stacks.flatMap((stack) => stack[path.length]?.functionIndex ?? []));
  return [...callers].map((functionIndex) => {
    const calls = stacks
      .filter((stack) => stack[path.length]?.functionIndex === functionIndex)
      .map(([call]) => call);
    const live = heap.nodes.flatMap(({ traceNodeId }, node) =>
      calls.some(({ id }) => id === traceNodeId) ? [node] : [],
    );
    const { functionId: _unused, ...place } = heap.traceFunctions[functionIndex]!;
    return {
      ...place,
      functionIndex,
      count: calls.reduce((sum, call) => sum + call.count, 0),
      size: calls.reduce((sum, call) => sum + call.size, 0),
      liveCount: live.length,
      liveSize: live.reduce((sum, node) => sum + shallow[node]!, 0),
    };
  });
}

/** The nodes that a function allocated, as far as it was called this way: `path` as for `allocationCallers`. */
export function allocatedNodes(heap: PlainHeap, path: readonly number[]): number[] {
  const ids = callsOn(heap, path).map(([call]) => call.id);
  return heap.nodes.flatMap(({ traceNodeId }, node) => (ids.includes(traceNodeId) ? [node] : []));
}

/** Names of the functions on the stack when the node was allocated, innermost first. */
export function allocationStack(heap: PlainHeap, node: number): string[] {
  const { traceNodeId } = heap.nodes[node]!;
  const found = allCalls(heap).find(([call]) => call.id === traceNodeId);
  return (found ?? []).map((call) => heap.traceFunctions[call.functionIndex]!.name);
}

/** Calls that allocated, of functions that stand on the stack as in `path`, innermost first. */
function callsOn(heap: PlainHeap, path: readonly number[]): [PlainTraceNode, ...PlainTraceNode[]][] {
  return allCalls(heap).filter(
    (stack) => stack[0].count > 0 && path.every((called, depth) => stack[depth]?.functionIndex === called),
  );
}

/** Every call of the tree, each with its callers behind it. */
function allCalls(heap: PlainHeap): [PlainTraceNode, ...PlainTraceNode[]][] {
  const below = (
    call: PlainTraceNode,
    callers: PlainTraceNode[],
  ): [PlainTraceNode, ...PlainTraceNode[]][] => [
    [call, ...callers],
    ...call.children.flatMap((child) => below(child, [call, ...callers])),
  ];
  return heap.traceTree === undefined ? [] : below(heap.traceTree, []);
}
