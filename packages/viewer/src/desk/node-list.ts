/** Lists of objects: nodes in an order, of which rows are made when they are shown. 4 bytes a node. */
import type { HeapSnapshot, RunOptions } from "@heapscope/engine";
import type { ObjectRow, Order } from "../protocol/index.ts";
import { objectHandle, objectRow } from "./object-row.ts";
import { orderNodes } from "./order-rows.ts";
import type { DeskContext, RowList } from "./table-maker.ts";

/** Objects, in an order of `orderNodes`. Below each row are its references (`referenceList`). */
export async function nodeList(
  desk: DeskContext,
  snapshot: HeapSnapshot,
  nodes: Uint32Array,
  order: Order,
  run: RunOptions,
): Promise<RowList<ObjectRow>> {
  return listOfNodes(desk, snapshot, await orderNodes(snapshot, nodes, order, run));
}

/** Objects in the order in which they are given. */
export function listOfNodes(
  desk: DeskContext,
  snapshot: HeapSnapshot,
  nodes: Uint32Array,
  hasChildren: (node: number) => boolean = (node) => snapshot.object(node).edgeCount > 0,
): RowList<ObjectRow> {
  return {
    total: nodes.length,
    byteSize: nodes.byteLength,
    row(index) {
      const object = snapshot.object(nodes[index]!);
      const handle = objectHandle(object);
      return objectRow(object, desk.sources, {
        key: handle,
        ...(hasChildren(object.node) ? { children: handle } : {}),
      });
    },
    indexOf: (id) => nodes.indexOf(snapshot.objectById(id)?.node ?? -1),
  };
}
