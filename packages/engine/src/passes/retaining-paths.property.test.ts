import { forEveryHeap, naive, type PlainEdge, type PlainHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";

/** Every edge in file order, with the node it leaves. */
function allEdges(heap: PlainHeap): { from: number; edge: PlainEdge }[] {
  return heap.nodes.flatMap((node, from) => node.edges.map((edge) => ({ from, edge })));
}

it("leads over edges that hold, from a child of the root to the object, through no node twice", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const edges = allEdges(heap);
    heap.nodes.forEach((_node, target) => {
      for (const path of snapshot.object(target).paths(5)) {
        expect(edges[path[0]!.edge.edge]!.from).toBe(heap.root);
        expect(path.at(-1)!.object.node).toBe(target);
        path.forEach(({ edge, object }, step) => {
          const { from, edge: drawn } = edges[edge.edge]!;
          expect(from).toBe(step === 0 ? heap.root : path[step - 1]!.object.node);
          expect(drawn.to).toBe(object.node);
          // A user root's distance is 1 whatever the type of the root's edge.
          if (step > 0) expect(drawn.type).not.toBe("weak");
          expect(naive.parseEphemeron(drawn)?.tableId).not.toBe(heap.nodes[from]!.id);
        });
        const nodes = path.map(({ object }) => object.node);
        expect(new Set(nodes).size).toBe(nodes.length);
        expect(nodes).not.toContain(heap.root);
      }
    });
  }, 500);
});

it("lists different paths, the nearest first, and finds one for everything that has a distance", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const edges = allEdges(heap);
    const distances = naive.distances(heap);
    const userRoots = new Set(naive.findUserRoots(heap));
    // Paths end at every child of the root, and at the root itself. Distances go on through them where a user root
    // leads to them, which V8's files do not have.
    const goesOn = (node: number) =>
      heap.nodes[node]!.type === "synthetic" && distances[node]! < naive.systemDistance;
    if (edges.some(({ edge }) => edge.to === heap.root)) return;
    if (userRoots.size > 0 && heap.nodes[heap.root]!.edges.some((edge) => goesOn(edge.to))) return;
    // Distances take the farther of a WeakMap entry's table and key, count weak edges of the root, and skip what says
    // nothing about an object's place (these edges hold all the same).
    const hasException = edges.some(
      ({ from, edge }) =>
        naive.parseEphemeron(edge) !== undefined ||
        (from === heap.root && edge.type === "weak") ||
        edge.name === "sloppy_function_map" ||
        heap.nodes[from]!.name === "(map descriptors)",
    );
    heap.nodes.forEach((_node, target) => {
      const paths = snapshot.object(target).paths(5);
      expect(new Set(paths.map((path) => path.map(({ edge }) => edge.edge).join())).size).toBe(paths.length);
      const isReachable = target !== heap.root && distances[target] !== naive.unreachable;
      if (!isReachable) expect(paths).toEqual([]);
      const lengths = paths.map((path) => {
        const startsAtUserRoot = userRoots.size === 0 || userRoots.has(path[0]!.object.node);
        return path.length + (startsAtUserRoot ? 0 : naive.systemDistance);
      });
      expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
      if (isReachable && !hasException) expect(lengths[0]).toBe(distances[target]);
    });
  }, 500);
});
