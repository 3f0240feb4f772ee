/**
 * Prints the neighbourhood of an object of a real snapshot as a drawing: what it refers to within `depth` steps, and what
 * refers to those. A bug report becomes a test by pasting the output into `drawHeap`.
 *
 * Names, ids, sizes and edges are the snapshot's own; edges that leave the neighbourhood are left out and counted in a
 * comment. What only the outside holds is held by `elsewhere`, a user root that weighs nothing.
 *
 * Cost: O(nodes + edges) for the retainers, then the size of the neighbourhood.
 */
import type { HeapSnapshot } from "@heapscope/engine";
import { hasNumberName, plainHeap, plainNode, type PlainEdge, type PlainNode } from "../plain-heap.ts";
import { formatDrawing } from "./format-drawing.ts";

export interface NeighbourhoodOptions {
  /** Most nodes to draw. */
  limit?: number;
}

/** The drawing. */
export function toDsl(
  snapshot: HeapSnapshot,
  node: number,
  depth: number,
  { limit = 60 }: NeighbourhoodOptions = {},
): string {
  const { graph } = snapshot;
  const members = collect(snapshot, node, depth, limit);
  const root = plainNode({ type: "synthetic", name: "", id: 1 });
  const elsewhere = plainNode({ type: "object", name: "elsewhere", id: freeId(graph.nodeId) });
  root.edges.push({ type: "shortcut", name: "1", to: 1 });
  const drawn = [root, elsewhere];
  const notes = new Map<number, string>();
  const positions = new Map([...members].map((member, index) => [member, index + 2]));
  for (const member of members) {
    const all = edgesOf(snapshot, member);
    const edges = all.flatMap((edge) => {
      const to = positions.get(edge.to);
      return to === undefined ? [] : [{ ...edge, to }];
    });
    const position = drawn.push({ ...nodeOf(snapshot, member), edges }) - 1;
    const left = all.length - edges.length;
    if (left > 0) notes.set(position, `and ${left} ${left === 1 ? "edge" : "edges"} to the outside`);
  }
  const held = new Set(drawn.flatMap((drawnNode) => drawnNode.edges.map((edge) => edge.to)));
  for (const position of positions.values()) {
    if (!held.has(position)) elsewhere.edges.push({ type: "element", name: position, to: position });
  }
  return formatDrawing(plainHeap(drawn), notes);
}

/** The object, what it leads to, and their retainers, nearest first. The snapshot's root is left out. */
function collect(snapshot: HeapSnapshot, start: number, depth: number, limit: number): Set<number> {
  const members = new Set([start]);
  let ring = [start];
  for (let step = 0; step < depth; step++) {
    const next: number[] = [];
    for (const member of ring) {
      const object = snapshot.object(member);
      const neighbours = [
        ...object.retainers().map((edge) => edge.from),
        ...object.edges().map((edge) => edge.to),
      ];
      for (const { node } of neighbours) {
        if (members.size >= limit || members.has(node) || node === snapshot.graph.rootNode) continue;
        members.add(node);
        next.push(node);
      }
    }
    ring = next;
  }
  return members;
}

function nodeOf(snapshot: HeapSnapshot, node: number): PlainNode {
  const { graph } = snapshot;
  const { location } = snapshot.object(node);
  return plainNode({
    type: graph.nodeTypeNames[graph.nodeType[node]!]!,
    name: graph.strings.get(graph.nodeName[node]!),
    id: graph.nodeId[node]!,
    selfSize: graph.selfSize[node]!,
    detachedness: graph.nodeDetachedness?.[node] ?? 0,
    traceNodeId: graph.nodeTraceId?.[node] ?? 0,
    location,
  });
}

function edgesOf({ graph }: HeapSnapshot, node: number): PlainEdge[] {
  const edges: PlainEdge[] = [];
  for (let edge = graph.firstEdge[node]!; edge < graph.firstEdge[node + 1]!; edge++) {
    const type = graph.edgeTypeNames[graph.edgeType[edge]!]!;
    const name = graph.edgeName[edge]!;
    edges.push({
      type,
      name: hasNumberName(type) ? name : graph.strings.get(name),
      to: graph.edgeTarget[edge]!,
    });
  }
  return edges;
}

function freeId(ids: Uint32Array): number {
  let greatest = 1;
  for (const id of ids) greatest = Math.max(greatest, id);
  return greatest + 2 - (greatest % 2 === 0 ? 1 : 0);
}
