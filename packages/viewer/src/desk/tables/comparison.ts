/**
 * DevTools' Comparison of two snapshots, with what the added objects retain: groups in which something differs; below a group
 * the objects that only the target has, then those that only the base has; below an object its references, in its own
 * snapshot.
 *
 * Handles: `d3` is a group, by its position in the engine's comparison; `to12` an object of the target, `bo12` of the base.
 */
import {
  prepareComparison,
  type Comparison,
  type GroupDiff,
  type HeapSnapshot,
  type RunOptions,
} from "@heapscope/engine";
import type { DiffRow, FileIndex, ObjectRow, Order, ParamsOf } from "../../protocol/index.ts";
import { locateRow } from "../locate-row.ts";
import { nodeList } from "../node-list.ts";
import { cutText, locationOf } from "../object-row.ts";
import { orderEntries, type SortFields } from "../order-entries.ts";
import { nameTest } from "../search-text.ts";
import type { DeskContext, RowList, TableMaker } from "../table-maker.ts";
import { referenceList } from "./containment.ts";

type ComparisonParams = ParamsOf<"comparison">;

/** Which of the two snapshots an object is in, as its handle says. */
type Side = "b" | "t";

const FIELDS: SortFields<GroupDiff> = {
  className: (group) => group.className,
  added: (group) => group.added,
  removed: (group) => group.removed,
  countDelta: (group) => group.countDelta,
  addedSize: (group) => group.addedSize,
  removedSize: (group) => group.removedSize,
  sizeDelta: (group) => group.sizeDelta,
  addedRetainedSize: (group) => group.addedRetainedSize,
};

/** What objects are sorted by when the groups are sorted by a field that objects do not have. */
const OBJECT_FIELDS: Readonly<Record<string, string>> = {
  className: "name",
  addedSize: "shallowSize",
  removedSize: "shallowSize",
  sizeDelta: "shallowSize",
  addedRetainedSize: "retainedSize",
};

export const comparison: TableMaker<"comparison"> = {
  async list(desk, params, of, order, run) {
    const compared = await compare(desk, params, run);
    if (of === "") return await diffList(desk, compared, params, order, run);
    if (of.startsWith("d")) return await changedObjects(desk, compared, of, objectOrder(order), run);
    return await referencesOn(desk, params, of, objectOrder(order), run);
  },

  locate: (desk, params, id, order, run) => locateRow(desk, "comparison", params, id, order, run),
};

async function compare(
  desk: DeskContext,
  { base, target }: ComparisonParams,
  run: RunOptions,
): Promise<Comparison> {
  const [older, newer] = [desk.snapshot(base), desk.snapshot(target)];
  return await desk.once(`comparison ${base} ${target}`, () => prepareComparison(older, newer, run));
}

/** The top: one row for each group. */
async function diffList(
  desk: DeskContext,
  { base, target, groups, matchedBy, idCheck }: Comparison,
  { text }: ComparisonParams,
  order: Order,
  run: RunOptions,
): Promise<RowList<DiffRow>> {
  const positionOf = new Map(groups.map((group, position) => [group, position]));
  const matches = nameTest(text);
  const wanted = groups.filter(({ className }) => matches(className));
  const rows = await orderEntries(wanted, FIELDS, order, run);
  return {
    total: rows.length,
    byteSize: 8 * rows.length,
    // Then nothing is known of single objects.
    ...(matchedBy === "id" ? {} : { note: idCheck.reason }),
    row(index) {
      const group = rows[index]!;
      const handle = `d${positionOf.get(group)!}`;
      const { added, removed, countDelta, addedSize, removedSize, sizeDelta, addedRetainedSize } = group;
      const location = locationOfGroup(desk, group, base, target);
      return {
        kind: "diff",
        key: handle,
        ...(matchedBy === "id" ? { children: handle } : {}),
        className: cutText(group.className).text,
        ...(location === undefined ? {} : { location }),
        added,
        removed,
        countDelta,
        addedSize,
        removedSize,
        sizeDelta,
        ...(matchedBy === "id" ? { addedRetainedSize } : {}),
      };
    },
    indexOf(id) {
      const [added, removed] = [target.objectById(id)?.node, base.objectById(id)?.node];
      return rows.findIndex(
        ({ addedNodes, removedNodes }) =>
          (added !== undefined && addedNodes.includes(added)) ||
          (removed !== undefined && removedNodes.includes(removed)),
      );
    },
  };
}

/** Where the constructor is, if the group has one: without a place, its key is a comma and the name. */
function locationOfGroup(
  desk: DeskContext,
  { key, addedNodes: [added], removedNodes: [removed] }: GroupDiff,
  base: HeapSnapshot,
  target: HeapSnapshot,
): string | undefined {
  if (key.startsWith(",")) return undefined;
  if (added !== undefined) return locationOf(target.object(added), desk.sources);
  return removed === undefined ? undefined : locationOf(base.object(removed), desk.sources);
}

/** The objects of a group: the added ones, then the removed ones, each in the order. */
async function changedObjects(
  desk: DeskContext,
  { base, target, groups }: Comparison,
  of: string,
  order: Order,
  run: RunOptions,
): Promise<RowList<ObjectRow>> {
  // None if the handle is of other files.
  const group = groups[Number(of.slice(1))];
  const nodes = (side: Side): Uint32Array =>
    (side === "t" ? group?.addedNodes : group?.removedNodes) ?? new Uint32Array();
  const added = await nodeList(desk, target, nodes("t"), order, run);
  const removed = await nodeList(desk, base, nodes("b"), order, run);
  return {
    total: added.total + removed.total,
    byteSize: added.byteSize + removed.byteSize,
    row(index) {
      return index < added.total
        ? { ...onSide(added.row(index), "t"), change: "added" }
        : { ...onSide(removed.row(index - added.total), "b"), change: "removed" };
    },
    indexOf(id) {
      const index = added.indexOf?.(id) ?? -1;
      if (index !== -1) return index;
      const after = removed.indexOf?.(id) ?? -1;
      return after === -1 ? -1 : added.total + after;
    },
  };
}

/** The references of an object in its own snapshot; of each it is told whether the other snapshot has it, too. */
async function referencesOn(
  desk: DeskContext,
  { base, target }: ComparisonParams,
  of: string,
  order: Order,
  run: RunOptions,
): Promise<RowList<ObjectRow>> {
  const side: Side = of.startsWith("b") ? "b" : "t";
  const [own, other]: readonly FileIndex[] = side === "b" ? [base, target] : [target, base];
  const references = await referenceList(desk, own!, of.slice(1), order, run);
  const isThere = (id: number): boolean => desk.snapshot(other!).objectById(id) !== undefined;
  return {
    total: references.total,
    byteSize: references.byteSize,
    row(index) {
      const row = onSide(references.row(index), side);
      return isThere(row.id) ? row : { ...row, change: side === "b" ? "removed" : "added" };
    },
  };
}

/** The row with handles that say in which snapshot the object is. */
function onSide(row: ObjectRow, side: Side): ObjectRow {
  return {
    ...row,
    key: `${side}${row.key}`,
    ...(row.children === undefined ? {} : { children: `${side}${row.children}` }),
  };
}

function objectOrder({ by, descending }: Order): Order {
  const field = Object.hasOwn(OBJECT_FIELDS, by) ? OBJECT_FIELDS[by]! : by;
  return Object.hasOwn(FIELDS, field) ? { by: "retainedSize", descending: true } : { by: field, descending };
}
