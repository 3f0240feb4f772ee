/** The nodes that DevTools' filters of the Summary let through. */
import type { NodeFilter } from "@heapscope/engine";
import type { PlainHeap, PlainNode } from "../plain-heap.ts";
import { allocatedNodes } from "./allocations.ts";
import { distances, unreachable } from "./distances.ts";
import { duplicateStrings } from "./duplicate-strings.ts";
import { edgeName } from "./names.ts";
import { nativeContexts, noContext, sharedContext } from "./native-contexts.ts";
import { findReachable, type EdgeTest } from "./reachable.ts";

/** Node indexes, ascending. */
export function filterNodes(heap: PlainHeap, filter: NodeFilter): number[] {
  const all = heap.nodes.map((_node, index) => index);
  const ofContext = (wanted: number) => {
    const contexts = nativeContexts(heap);
    return all.filter((index) => contexts[index] === wanted);
  };
  switch (filter.kind) {
    case "ids":
      return all.filter((index) => {
        const { id } = heap.nodes[index]!;
        return id > filter.after && id <= filter.upTo;
      });
    case "duplicatedStrings":
      return duplicateStrings(heap)
        .flatMap(({ nodes }) => nodes)
        .sort((a, b) => a - b);
    case "retainedByContexts":
      return retainedBy(heap, (_from, { to }) => /^system \/ Context($| \/ )/.test(heap.nodes[to]!.name));
    case "retainedByDetachedDom":
      return retainedBy(heap, (_from, { to }) => heap.nodes[to]!.detachedness === 2);
    case "retainedByEventHandlers": {
      const handlers = eventHandlers(heap);
      return retainedBy(heap, (_from, { to }) => handlers.has(heap.nodes[to]!));
    }
    case "retainedByConsole":
      return retainedBy(
        heap,
        (from, edge) =>
          heap.nodes[from]!.type === "synthetic" && String(edgeName(edge)).endsWith(" / DevTools console"),
      );
    case "nativeContext":
      return ofContext(heap.nodes.findIndex(({ id }) => id === filter.id));
    case "sharedNativeContexts":
      return ofContext(sharedContext);
    case "noNativeContext":
      return ofContext(noContext);
    case "allocatedBy":
      return allocatedNodes(heap, filter.path);
  }
}

/** What is reachable at all, but not from the root without the edges that are `barred`. */
function retainedBy(heap: PlainHeap, barred: EdgeTest): number[] {
  const others = findReachable(
    heap,
    [heap.root],
    (from, edge) => edge.type !== "weak" && !barred(from, edge),
  );
  return distances(heap).flatMap((steps, node) => (others.has(node) || steps === unreachable ? [] : [node]));
}

/** What each listener calls: its callback, or if that is no function, the first function that the callback refers to. */
function eventHandlers(heap: PlainHeap): Set<PlainNode> {
  const follow = (node: PlainNode | undefined, name: string) => {
    const edge = node?.edges.find((candidate) => String(edgeName(candidate)) === name);
    return edge === undefined ? undefined : heap.nodes[edge.to]!;
  };
  const isFunction = (node: PlainNode) => follow(node, "code") !== undefined;
  return new Set(
    heap.nodes
      .filter(({ name }) => name === "V8EventListener")
      .flatMap((listener) => follow(listener, "1") ?? [])
      .map((callback) => {
        if (isFunction(callback)) return callback;
        return callback.edges.map(({ to }) => heap.nodes[to]!).find(isFunction) ?? callback;
      }),
  );
}
