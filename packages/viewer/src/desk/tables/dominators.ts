/**
 * The dominator tree, from the root or from an object on: below each object, those that would be free if it went, and that no
 * other of them holds. Handles: `o123` is an object.
 */
import { type HeapSnapshot } from "@heapscope/engine";
import type { ObjectRow } from "../../protocol/index.ts";
import { listOfNodes } from "../node-list.ts";
import { checkOrder, orderNodes } from "../order-rows.ts";
import type { Located, RowList, TableMaker } from "../table-maker.ts";
import { objectById, objectOrRoot } from "./containment.ts";

const FIELDS = ["name", "className", "count", "id", "distance", "shallowSize", "retainedSize"];
/** A row is not looked for deeper than this: nobody could find their way there. */
const LONGEST_WAY = 500;

export const dominators: TableMaker<"dominators"> = {
  async list(desk, { file, id }, of, order, run) {
    checkOrder(order, FIELDS);
    const snapshot = desk.snapshot(file);
    const top = objectOrRoot(snapshot, of === "" && id !== undefined ? `o${id}` : of);
    const nodes = await orderNodes(snapshot, dominatedBy(snapshot, top.node), order, run);
    const { position, subtreeCount } = snapshot.dominatorTree;
    return listOfNodes(desk, snapshot, nodes, (node) => subtreeCount[position[node]!]! > 1);
  },

  async locate(desk, params, id, order, run) {
    const object = objectById(desk, params.file, id);
    await object.snapshot.prepare(["dominator"], run);
    const top = params.id === undefined ? object.snapshot.root : objectById(desk, params.file, params.id);
    const { dominator, graph } = object.snapshot;
    const ids: number[] = [];
    for (let node = object.node; node !== top.node; node = dominator[node]!) {
      if (node === graph.rootNode || ids.length === LONGEST_WAY) return [];
      ids.push(graph.nodeId[node]!);
    }
    const located: Located[] = [];
    let of = "";
    for (const step of ids.reverse()) {
      const list: RowList<ObjectRow> = await desk.list("dominators", params, of, order, run);
      const index = list.indexOf!(step);
      const { key, children } = list.row(index);
      located.push({ index, key, ...(children === undefined ? {} : { children }) });
      of = children ?? "";
    }
    return located;
  },
};

/** The nodes that one immediately dominates, in the order of the tree. */
function dominatedBy({ dominatorTree }: HeapSnapshot, node: number): Uint32Array {
  const { position, nodeAt, subtreeCount } = dominatorTree;
  const top = position[node]!;
  const end = top + subtreeCount[top]!;
  let count = 0;
  for (let at = top + 1; at < end; at += subtreeCount[at]!) count++;
  const nodes = new Uint32Array(count);
  for (let at = top + 1, i = 0; at < end; at += subtreeCount[at]!) nodes[i++] = nodeAt[at]!;
  return nodes;
}
