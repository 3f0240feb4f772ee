/**
 * Why so many objects are alive: their shortest retaining paths as one tree, in the words of a program. Of very many objects, an even
 * sample is taken; the counts are of its paths.
 *
 * Handles: `p0.3` is the fourth step below the first.
 */
import {
  EdgeType,
  HeapEdge,
  mergingPaths,
  type HeapObject,
  type HeapPath,
  type HeapSnapshot,
  type Pass,
  type PathBranch,
  type PathTree,
  type RunOptions,
  runPass,
  SYSTEM_DISTANCE,
} from "@heapscope/engine";
import { LinkError, type MergedPathRow, type Order, type ParamsOf } from "../../protocol/index.ts";
import { cutText, locationOf } from "../object-row.ts";
import { checkOrder } from "../order-rows.ts";
import type { DeskContext, TableMaker } from "../table-maker.ts";
import { hasShortPath } from "./containment.ts";
import { listGroups } from "./summary.ts";

const FIELDS = ["count", "ends", "edge", "node", "id"] as const;
/** Objects of which the paths are taken. */
const MOST_PATHS = 1000;
/** Steps of a path that is taken; a list of millions of objects has paths of millions of steps. */
const LONGEST_PATH = 1000;

/** The paths, and of how many objects there could have been some. */
interface PathSample {
  readonly tree: PathTree;
  readonly isSample: boolean;
}

export const mergedPaths: TableMaker<"mergedPaths"> = {
  async list(desk, params, of, order, run) {
    checkOrder(order, FIELDS);
    const sample = await desk.once(`paths ${JSON.stringify(params)}`, () => samplePaths(desk, params, run));
    const branches = sample.tree.branches.length === 0 ? [] : branchesAt(sample.tree, of);
    const rows = branches.map((branch, position) => ({ branch, position })).sort(branchOrder(order));
    return {
      total: rows.length,
      byteSize: 16 * rows.length,
      ...(sample.isSample ? { isLimited: true } : {}),
      sums: { count: sample.tree.count, shallowSize: 0 },
      row(index): MergedPathRow {
        const { branch, position } = rows[index]!;
        const handle = `${of === "" ? "p" : `${of}.`}${position}`;
        const location = locationOf(branch.object, desk.sources);
        return {
          kind: "path",
          key: handle,
          ...(branch.branches.length > 0 ? { children: handle } : {}),
          edge: cutText(branch.edge).text,
          node: cutText(branch.node).text,
          id: branch.object.id,
          count: branch.count,
          ends: branch.ends,
          ...(location === undefined ? {} : { location }),
        };
      },
    };
  },
};

/** Takes the paths of at most `MOST_PATHS` objects, evenly from all. */
async function samplePaths(
  desk: DeskContext,
  params: ParamsOf<"mergedPaths">,
  run: RunOptions,
): Promise<PathSample & { readonly byteSize: number }> {
  const snapshot = desk.snapshot(params.file);
  await snapshot.prepare(["retainers"], run);
  const nodes = await nodesOf(desk, snapshot, params, run);
  const count = Math.min(nodes.length, MOST_PATHS);
  const objects = Array.from({ length: count }, (_, i) =>
    snapshot.object(nodes[Math.floor((i * nodes.length) / count)]!),
  );
  const paths = await runPass("finding retaining paths", findPaths(objects), run);
  const tree = await runPass("merging retaining paths", mergingPaths(paths), run);
  return { tree, isSample: count < nodes.length, byteSize: 500 * paths.length };
}

function* findPaths(objects: readonly HeapObject[]): Pass<HeapPath[]> {
  const paths: HeapPath[] = [];
  const nearest: NearestHolders = new Map();
  for (const [i, object] of objects.entries()) {
    yield i / objects.length;
    if (hasShortPath(object, LONGEST_PATH))
      paths.push(
        ...[nearestPath(object, nearest) ?? object.paths(1)[0]].filter((path) => path !== undefined),
      );
  }
  return paths;
}

/** NodeIndex -> the reference through which the node is as near to the roots as it is; shared by all paths through it. */
type NearestHolders = Map<number, HeapEdge | undefined>;

/**
 * A shortest path, by one look at the retainers of each object on it: one that many others hold would be looked at for each path
 * anew otherwise. `undefined` where distances do not go down by one, as for values of a `WeakMap`.
 */
function nearestPath(object: HeapObject, nearest: NearestHolders): HeapPath | undefined {
  const { root } = object.snapshot;
  const path: { edge: HeapEdge; object: HeapObject }[] = [];
  for (let at = object; at.node !== root.node;) {
    if (!nearest.has(at.node)) nearest.set(at.node, findNearest(at));
    const edge = nearest.get(at.node);
    if (edge === undefined) return undefined;
    path.push({ edge, object: at });
    at = edge.from;
  }
  return path.reverse();
}

function findNearest({ node, snapshot }: HeapObject): HeapEdge | undefined {
  const { distance, ephemerons, graph, retainers } = snapshot;
  const { firstRetainer, retainerEdge } = retainers;
  const isFirst = distance[node] === 1 || distance[node] === SYSTEM_DISTANCE + 1;
  for (let row = firstRetainer[node]!; row < firstRetainer[node + 1]!; row++) {
    const edge = retainerEdge[row]!;
    const from = retainers.nodeOf(row);
    const type = graph.edgeType[edge]!;
    const isNearer = isFirst
      ? from === graph.rootNode
      : from !== graph.rootNode && distance[from] === distance[node]! - 1;
    if (!isNearer || type === EdgeType.weak) continue;
    if (type === EdgeType.internal && ephemerons.isTableHalf(graph.edgeName[edge]!, graph.nodeId[from]!))
      continue;
    return new HeapEdge(snapshot, edge, snapshot.object(from));
  }
  return undefined;
}

async function nodesOf(
  desk: DeskContext,
  snapshot: HeapSnapshot,
  params: ParamsOf<"mergedPaths">,
  run: RunOptions,
): Promise<ArrayLike<number>> {
  if ("ids" in params) return params.ids.flatMap((id) => snapshot.objectById(id)?.node ?? []);
  const group = (await listGroups(desk, { file: params.file }, run)).byHandle.get(params.group);
  if (group !== undefined) return group.nodes;
  throw new LinkError(
    "unknown-object",
    "This snapshot has no such group; the address may be of another file.",
  );
}

function branchesAt(tree: PathTree, of: string): readonly PathBranch[] {
  if (of === "") return tree.branches;
  let branch: PathTree | undefined = tree;
  if (!/^p\d{1,6}(?:\.\d{1,6})*$/.test(of)) branch = undefined;
  for (const position of of.slice(1).split(".")) branch = branch?.branches[Number(position)];
  if (branch !== undefined) return branch.branches;
  throw new LinkError(
    "unknown-object",
    "There is no such step among these paths; the address may be of another file.",
  );
}

interface Positioned {
  readonly branch: PathBranch;
  readonly position: number;
}

/** Equal ones stay in the order of the engine: by count, then by name. */
function branchOrder({ by, descending }: Order): (a: Positioned, b: Positioned) => number {
  const sign = descending ? -1 : 1;
  const valueOf = ({ branch }: Positioned): number | string =>
    by === "id" ? branch.object.id : branch[by as "count" | "ends" | "edge" | "node"];
  return (a, b) => {
    const left = valueOf(a);
    const right = valueOf(b);
    return sign * (left < right ? -1 : left > right ? 1 : 0) || a.position - b.position;
  };
}
