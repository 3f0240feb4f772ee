/**
 * The way to an object that a reader understands best. The shortest path from V8's roots is often through Node's own
 * structures (a timer's `bound this`, the function that runs at the moment); a developer looks for the variable of a module
 * that holds the object. So this searches backwards from the object for the nearest thing that is alive by itself, and
 * lets a module win over Node's own structures even if it is a little farther away.
 *
 * Cost: breadth first over the retainers of at most `MOST_NODES` objects, looking at `MOST_RETAINERS` references in all;
 * needs retainers and distances.
 */
import { EdgeType, NodeType } from "../graph/node-types.ts";
import type { EdgeIndex, NodeIndex } from "../graph/heap-graph.ts";
import { HeapEdge, type HeapObject, type HeapPath, type PathStep } from "../heap-object.ts";
import { NO_DISTANCE } from "../passes/distances.ts";
import { rankStart, type StartRank } from "./path-starts.ts";

const MOST_NODES = 20_000;
const MOST_RETAINERS = 2_000_000;
/** How much farther away a better start may be. */
const DETOUR = 4;
const RANKS: readonly StartRank[] = ["module", "package", "global", "runtime"];

interface Found {
  readonly start: NodeIndex;
  readonly depth: number;
  readonly rank: number;
}

/**
 * A raw path from a root to the object, by way of a module or the global object where there is one near; otherwise the
 * nearest path. `undefined` for the root and for what cannot be reached.
 */
export function findUserRoute(object: HeapObject): HeapPath | undefined {
  const { snapshot } = object;
  const { graph, retainers, distance, ephemerons } = snapshot;
  /** Node -> the reference by which the search came from it towards the object. */
  const cameBy = new Map<NodeIndex, EdgeIndex>([[object.node, -1]]);
  let level: NodeIndex[] = [object.node];
  let best: Found | undefined;
  let left = MOST_RETAINERS;
  for (let depth = 0; level.length > 0 && cameBy.size < MOST_NODES && left > 0; depth++) {
    if (best !== undefined && (best.rank === 0 || depth > best.depth + DETOUR)) break;
    const next: NodeIndex[] = [];
    for (const node of level) {
      const rank = depth === 0 ? undefined : rankStart(snapshot.object(node));
      if (rank !== undefined) {
        const found = { start: node, depth, rank: RANKS.indexOf(rank) };
        if (best === undefined || found.rank < best.rank) best = found;
        continue;
      }
      for (
        let row = retainers.firstRetainer[node];
        row < retainers.firstRetainer[node + 1] && left > 0;
        row++
      ) {
        left--;
        const edge = retainers.retainerEdge[row];
        const holder = retainers.nodeOf(row);
        if (cameBy.has(holder) || distance[holder] === NO_DISTANCE || holder === graph.rootNode) continue;
        if (!holdsForPeople(graph.edgeType[edge], graph.nodeType[holder])) continue;
        if (graph.edgeType[edge] === EdgeType.internal) {
          const name = graph.edgeName[edge];
          if (ephemerons.isTableHalf(name, graph.nodeId[holder])) continue;
        }
        cameBy.set(holder, edge);
        next.push(holder);
      }
    }
    level = next;
  }
  const [nearest] = object.paths(1);
  if (best === undefined) return nearest;
  const [toStart] = snapshot.object(best.start).paths(1);
  const route: PathStep[] = [...(toStart ?? [])];
  for (let node = best.start; node !== object.node;) {
    const edge = cameBy.get(node) as EdgeIndex;
    const step = {
      edge: new HeapEdge(snapshot, edge, snapshot.object(node)),
      object: snapshot.object(graph.edgeTarget[edge]),
    };
    route.push(step);
    node = step.object.node;
  }
  // A start that is itself reached through the object holds it only in a circle.
  const nodes = new Set(route.map((step) => step.object.node));
  return toStart === undefined || nodes.size !== route.length ? nearest : route;
}

/** Weak references hold nothing; code, shapes and what is under the runtime's roots hold, but tell a reader nothing. */
function holdsForPeople(edgeType: number, holderType: number): boolean {
  return edgeType !== EdgeType.weak && holderType !== NodeType.code && holderType !== NodeType.objectShape;
}
