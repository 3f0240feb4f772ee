/**
 * The bars of an allocation timeline: how much of what was allocated in each interval is still alive. A node with an odd
 * id was allocated in the first interval whose last assigned id is not below its own (DevTools, `buildSamples`).
 *
 * Cost: O(nodes · log samples).
 */
import { lowerBound } from "../graph/lower-bound.ts";
import type { HeapGraph, SampleTable } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface TimelineInterval {
  /** Milliseconds since the recording began. */
  readonly endMs: number;
  /** Greatest object id given out until then. */
  readonly lastAssignedId: number;
  /** Objects of this interval that are alive. Those without a size of their own, which went to their owners, do not count. */
  readonly liveCount: number;
  /** Their shallow size, in bytes. */
  readonly liveSize: number;
}

export function* computeTimeline(
  graph: HeapGraph,
  samples: SampleTable,
  shallowSize: Float64Array,
): Pass<TimelineInterval[]> {
  const { nodeCount, nodeId } = graph;
  const { lastAssignedId, timestampUs } = samples;
  const liveCount = new Uint32Array(samples.count);
  const liveSize = new Float64Array(samples.count);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    const id = nodeId[node];
    if (id % 2 === 0) continue;
    const interval = lowerBound(lastAssignedId, id);
    if (interval >= samples.count || shallowSize[node] === 0) continue;
    liveCount[interval]++;
    liveSize[interval] += shallowSize[node];
  }
  return Array.from({ length: samples.count }, (_, i) => ({
    endMs: timestampUs[i] / 1000,
    lastAssignedId: lastAssignedId[i],
    liveCount: liveCount[i],
    liveSize: liveSize[i],
  }));
}
