/**
 * References: DevTools' Containment, from the root or from an object on. Also below every object of the other tables.
 *
 * Handles: `o123` is the object whose references are asked for. The rows of one object have the positions of their references
 * among all of it as keys, since it may refer to another more than once.
 */
import {
  HeapEdge,
  SYSTEM_DISTANCE,
  type HeapObject,
  type HeapSnapshot,
  type RunOptions,
} from "@heapscope/engine";
import { LinkError, type FileIndex, type NodeId, type ObjectRow, type Order } from "../../protocol/index.ts";
import { objectHandle, objectOfHandle, objectRow } from "../object-row.ts";
import { checkOrder, orderEdges } from "../order-rows.ts";
import type { DeskContext, Located, RowList, TableMaker } from "../table-maker.ts";

const FIELDS = ["edge", "name", "className", "count", "id", "distance", "shallowSize", "retainedSize"];
/** A row is not looked for deeper than this: nobody could find their way there. */
const LONGEST_WAY = 500;

export const containment: TableMaker<"containment"> = {
  async list(desk, { file, id }, of, order, run) {
    return await referenceList(desk, file, of === "" && id !== undefined ? `o${id}` : of, order, run);
  },

  async locate(desk, params, id, order, run) {
    const snapshot = desk.snapshot(params.file);
    await snapshot.prepare(["retainers"], run);
    const object = objectById(desk, params.file, id);
    const way = await findWay(object);
    // From an object, only what its own references lead to on that way.
    const start = params.id === undefined ? 0 : way.findIndex((edge) => edge.from.id === params.id);
    if (start === -1) return [];
    const located: Located[] = [];
    let of = "";
    for (const edge of way.slice(start)) {
      const list: RowList<ObjectRow> = await desk.list("containment", params, of, order, run);
      const index = (list as ReferenceList).indexOfEdge(edge);
      const { key, children } = list.row(index);
      located.push({ index, key, ...(children === undefined ? {} : { children }) });
      if (children === undefined) break;
      of = children;
    }
    return located;
  },
};

/** The references of the shortest path to the object; none if it is too long. */
async function findWay(object: HeapObject): Promise<readonly HeapEdge[]> {
  if (!hasShortPath(object, LONGEST_WAY)) return [];
  return object.paths(1)[0]?.map((step) => step.edge) ?? [];
}

/** Whether the object's path is no longer than so many steps: finding it takes memory for each. */
export function hasShortPath(object: HeapObject, most: number): boolean {
  const { distance } = object;
  return (object.isReachableByUser ? distance : distance - SYSTEM_DISTANCE) <= most;
}

/** The object with an id. Throws `LinkError`. */
export function objectById(desk: DeskContext, file: FileIndex, id: NodeId): HeapObject {
  const object = desk.snapshot(file).objectById(id);
  if (object !== undefined) return object;
  throw new LinkError(
    "unknown-object",
    `There is no object @${id} in this snapshot; ids of an object are the same only in snapshots of one process.`,
  );
}

/** The object of a handle, the root if that is "". Throws `LinkError`. */
export function objectOrRoot(snapshot: HeapSnapshot, of: string): HeapObject {
  const object = of === "" ? snapshot.root : objectOfHandle(snapshot, of);
  if (object !== undefined) return object;
  throw new LinkError(
    "unknown-object",
    "This snapshot has no such object; the address may be of another file.",
  );
}

/** A list of references, in which one can be found. */
interface ReferenceList extends RowList<ObjectRow> {
  indexOfEdge(edge: HeapEdge): number;
}

/** The references of an object, the root when the handle is "". */
export async function referenceList(
  desk: DeskContext,
  file: FileIndex,
  of: string,
  order: Order,
  run: RunOptions,
): Promise<ReferenceList> {
  checkOrder(order, FIELDS);
  const snapshot = desk.snapshot(file);
  const from = objectOrRoot(snapshot, of);
  const first = snapshot.graph.firstEdge[from.node]!;
  const all = new Uint32Array(from.edgeCount);
  for (let i = 0; i < all.length; i++) all[i] = first + i;
  const ends = all.map((edge) => snapshot.graph.edgeTarget[edge]!);
  const positions = await orderEdges({ snapshot, edges: all, ends }, order, run);
  const edges = positions.map((at) => first + at);
  return {
    total: edges.length,
    byteSize: edges.byteLength,
    row(index) {
      const edge = new HeapEdge(snapshot, edges[index]!, from);
      const { to } = edge;
      return objectRow(to, desk.sources, {
        key: `e${edge.edge - first}`,
        edge,
        ...(to.edgeCount > 0 ? { children: objectHandle(to) } : {}),
      });
    },
    indexOf(id) {
      const node = snapshot.objectById(id)?.node;
      return edges.findIndex((edge) => snapshot.graph.edgeTarget[edge] === node);
    },
    indexOfEdge: (edge) => edges.indexOf(edge.edge),
  };
}
