/**
 * Names of nodes and references, decoded once. Rules ask for the same few names again and again; a path through a linked
 * list has hundreds of thousands of them. Texts of strings are not kept: there are many, and they can be large.
 *
 * Cost: O(1) for a name that was asked for before. Kept for as long as the snapshot.
 */
import { getEdgeName } from "../passes/edge-names.ts";
import { NodeType } from "../graph/node-types.ts";
import type { HeapEdge, HeapObject } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";

/** Names that are kept of a snapshot; a file with more different ones is strange. */
const MOST_NAMES = 100_000;
/** Characters of texts that are no names; a word that a rule knows is shorter. */
const LONGEST_TEXT = 1000;

const caches = new WeakMap<HeapSnapshot, Map<number, string>>();

/** Name of the object in the file, without putting together that of a plain object; of a string the beginning. */
export function rawName(object: HeapObject): string {
  const { snapshot, node } = object;
  const { graph } = snapshot;
  const type = graph.nodeType[node];
  if (type === NodeType.string || type === NodeType.native || type === NodeType.synthetic)
    return graph.strings.getPart(graph.nodeName[node], 0, LONGEST_TEXT);
  return cached(snapshot, graph.nodeName[node]);
}

/** As `HeapEdge.name`. */
export function edgeNameOf({ snapshot, edge, type }: HeapEdge): string {
  const { graph } = snapshot;
  if (type === "property" || type === "context" || type === "internal" || type === "weak")
    return cached(snapshot, graph.edgeName[edge]);
  return String(getEdgeName(graph, edge));
}

function cached(snapshot: HeapSnapshot, name: number): string {
  let cache = caches.get(snapshot);
  if (cache === undefined) caches.set(snapshot, (cache = new Map()));
  let text = cache.get(name);
  if (text === undefined) {
    text = snapshot.graph.strings.get(name);
    if (cache.size < MOST_NAMES) cache.set(name, text);
  }
  return text;
}
