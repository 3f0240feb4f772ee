/** Random heaps with what an allocation timeline adds: samples, traced functions, a call tree, and nodes that name it. */
import * as fc from "fast-check";
import type { PlainHeap, PlainTraceNode } from "../plain-heap.ts";
import { arbitraryHeap } from "./arbitrary-heap.ts";

const functionCount = 4;

/** Heaps whose tree has the ids 1, 2, 3 … in depth-first order, as V8 numbers it. */
export function arbitraryTimeline(): fc.Arbitrary<PlainHeap> {
  const record = fc.record({
    /** Each call's function, numbers, and caller (one of the calls before it). */
    calls: fc.array(
      fc.record({
        functionIndex: fc.nat(functionCount - 1),
        count: fc.nat(3),
        size: fc.nat(1000),
        caller: fc.nat(),
      }),
      { maxLength: 10 },
    ),
    samples: fc.array(fc.record({ step: fc.nat(50_000), ids: fc.nat(20) }), { maxLength: 6 }),
    traceIds: fc.array(fc.nat(14), { minLength: 24, maxLength: 24 }),
  });
  return fc.tuple(arbitraryHeap(), record).map(([heap, { calls, samples, traceIds }]) => {
    const root: PlainTraceNode = { id: 0, functionIndex: 0, count: 0, size: 0, children: [] };
    const all = [root];
    for (const { caller, ...call } of calls) {
      const node: PlainTraceNode = { id: 0, ...call, children: [] };
      all[caller % all.length]!.children.push(node);
      all.push(node);
    }
    numberDepthFirst(root, 1);
    heap.traceTree = root;
    heap.traceFunctions = Array.from({ length: functionCount }, (_unused, index) => ({
      functionId: index * 3,
      name: index === 0 ? "(root)" : `f${index}`,
      scriptName: index === 0 ? "" : "a.js",
      scriptId: index,
      line: index * 10,
      column: index,
    }));
    heap.nodes.forEach((node, index) => (node.traceNodeId = traceIds[index]!));
    let [timestampUs, lastAssignedId] = [0, 0];
    heap.samples = samples.map(({ step, ids }) => {
      timestampUs += step;
      lastAssignedId += ids;
      return { timestampUs, lastAssignedId };
    });
    return heap;
  });
}

function numberDepthFirst(node: PlainTraceNode, first: number): number {
  node.id = first;
  return node.children.reduce((next, child) => numberDepthFirst(child, next), first + 1);
}
