/** What DevTools shows of an allocation timeline: its bars, the functions that allocated, and an object's stack. */
import type { PlainHeap, PlainTraceFunction, PlainTraceNode } from "../plain-heap.ts";
import { shallowSizes } from "./sizes.ts";

export interface NaiveSite extends Omit<PlainTraceFunction, "functionId"> {
  count: number;
  size: number;
  liveCount: number;
  liveSize: number;
}

/** Each sample with the shallow size of the objects that got their (odd) id since the one before and are alive. */
export function timelineBars(heap: PlainHeap): { endMs: number; lastAssignedId: number; liveSize: number }[] {
  const shallow = shallowSizes(heap);
  const barOf = heap.nodes.map(({ id }) =>
    id % 2 === 0 ? -1 : heap.samples.findIndex((sample) => sample.lastAssignedId >= id),
  );
  return heap.samples.map(({ timestampUs, lastAssignedId }, bar) => ({
    endMs: timestampUs / 1000,
    lastAssignedId,
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

/** Names of the functions on the stack when the node was allocated, innermost first. */
export function allocationStack(heap: PlainHeap, node: number): string[] {
  const { traceNodeId } = heap.nodes[node]!;
  const found = allCalls(heap).find(([call]) => call.id === traceNodeId);
  return (found ?? []).map((call) => heap.traceFunctions[call.functionIndex]!.name);
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
