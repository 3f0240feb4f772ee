/**
 * DevTools' Summary: groups of objects by constructor; below a group its objects, below an object its references. With a filter
 * (`only`), groups and their objects are those that pass it.
 *
 * Handles: `g12` is a group, by the position of its key in `groupKeys`, which is the same for a file each time it is read and
 * under every filter; `o123` an object.
 */
import {
  maxJsNodeId,
  prepareFilter,
  prepareFilteredGroups,
  type Group,
  type HeapSnapshot,
  type NodeFilter,
  type NodeId,
  type RunOptions,
} from "@heapscope/engine";
import { formatPlace } from "@heapscope/wording";
import {
  LinkError,
  type FileIndex,
  type GroupRow,
  type ObjectFilter,
  type Order,
  type ParamsOf,
} from "../../protocol/index.ts";
import { locateRow } from "../locate-row.ts";
import { cutText } from "../object-row.ts";
import { checkOrder } from "../order-rows.ts";
import { nodeList } from "../node-list.ts";
import { nameTest } from "../search-text.ts";
import type { DeskContext, RowList, TableMaker } from "../table-maker.ts";
import { referenceList } from "./containment.ts";

const FIELDS = ["className", "name", "count", "distance", "shallowSize", "retainedSize", "id", "edge"];

export const summary: TableMaker<"summary"> = {
  async list(desk, params, of, order, run) {
    checkOrder(order, FIELDS);
    const snapshot = desk.snapshot(params.file);
    if (of === "") return await groupList(desk, params, order, run);
    if (!of.startsWith("g")) return await referenceList(desk, params.file, of, order, run);
    const groups = await listGroups(desk, params, run);
    const group = groups.byHandle.get(of);
    // Nothing of the group passes the filter, or the handle is of another file.
    return await nodeList(desk, snapshot, group?.nodes ?? new Uint32Array(), order, run);
  },

  locate: (desk, params, id, order, run) => locateRow(desk, "summary", params, id, order, run),
};

type SummaryParams = ParamsOf<"summary">;

/** Groups that pass a filter, and their handles. */
interface GroupTable {
  readonly groups: readonly Group[];
  readonly handleOf: ReadonlyMap<Group, string>;
  readonly byHandle: ReadonlyMap<string, Group>;
}

/** The groups of a file, or what of them passes a filter. */
export async function listGroups(
  desk: DeskContext,
  { file, only }: Pick<SummaryParams, "file" | "only">,
  run: RunOptions,
): Promise<GroupTable> {
  const snapshot = desk.snapshot(file);
  return await desk.once(`groups ${file} ${JSON.stringify(only ?? null)}`, async () => {
    await snapshot.prepare(["groups"], run);
    const groups = only === undefined ? snapshot.groups : await filterGroups(desk, file, only, run);
    const positionOf = new Map(snapshot.groupKeys.keys.map((key, position) => [key, position]));
    const handleOf = new Map(groups.map((group) => [group, groupHandle(positionOf.get(group.key)!)]));
    return {
      groups,
      handleOf,
      byHandle: new Map(Array.from(handleOf, ([group, handle]) => [handle, group])),
    };
  });
}

/** The handle of the group with this position in `groupKeys.keys`. */
export function groupHandle(position: number): string {
  return `g${position}`;
}

/** The objects that pass a filter, in groups. */
async function filterGroups(
  desk: DeskContext,
  file: FileIndex,
  only: ObjectFilter,
  run: RunOptions,
): Promise<readonly Group[]> {
  const snapshot = desk.snapshot(file);
  const filter = await nodeFilter(desk, only);
  try {
    return await prepareFilteredGroups(snapshot, await prepareFilter(snapshot, filter, run), run);
  } catch (error) {
    if (error instanceof RangeError)
      throw new LinkError(
        "bad-filter",
        `@${"id" in filter ? filter.id : ""} is no native context of this snapshot.`,
      );
    throw error;
  }
}

/** A filter by other snapshots is one by ids: what was allocated before a snapshot was taken has no greater id than any in it. */
async function nodeFilter(desk: DeskContext, only: ObjectFilter): Promise<NodeFilter> {
  if (only.kind !== "allocated") return only;
  const lastIdOf = (file: FileIndex): Promise<NodeId> => {
    const snapshot: HeapSnapshot = desk.snapshot(file);
    return desk.once(`last id ${file}`, () => Promise.resolve(maxJsNodeId(snapshot)));
  };
  const after = only.after === undefined ? 0 : await lastIdOf(only.after);
  return { kind: "ids", after, upTo: await lastIdOf(only.upTo) };
}

/** The top: groups whose class name matches. */
async function groupList(
  desk: DeskContext,
  params: SummaryParams,
  order: Order,
  run: RunOptions,
): Promise<RowList<GroupRow>> {
  const snapshot = desk.snapshot(params.file);
  const { groups, handleOf } = await listGroups(desk, params, run);
  const matches = nameTest(params.text);
  const rows = groups.filter((group) => matches(group.className)).sort(groupOrder(order));
  return {
    total: rows.length,
    sums: {
      count: rows.reduce((sum, group) => sum + group.count, 0),
      shallowSize: rows.reduce((sum, group) => sum + group.shallowSize, 0),
    },
    byteSize: 8 * rows.length,
    row: (index) => groupRow(desk, snapshot, rows[index]!, handleOf.get(rows[index]!)!),
    indexOf(id) {
      const object = snapshot.objectById(id);
      if (object === undefined || object.shallowSize === 0) return -1;
      const handle = groupHandle(snapshot.groupKeys.groupOf[object.node]!);
      return rows.findIndex((group) => handleOf.get(group) === handle);
    },
  };
}

/** The row of a group. Needs `groups`, `groupKeys` and `scriptUrls` of the snapshot. */
export function groupRow(desk: DeskContext, snapshot: HeapSnapshot, group: Group, handle: string): GroupRow {
  const { className, count, distance, shallowSize, retainedSize } = group;
  // Without a place, the key is a comma and the name.
  const place = group.key.startsWith(",")
    ? undefined
    : desk.sources.placeOf(snapshot.object(group.nodes[0]!));
  return {
    kind: "group",
    key: handle,
    children: handle,
    className: cutText(className).text,
    ...(place === undefined ? {} : { location: cutText(formatPlace(place)).text }),
    count,
    distance,
    shallowSize,
    retainedSize,
  };
}

/** DevTools' orders of groups. Equal ones stay in the order of the retained size and the key. */
function groupOrder({ by, descending }: Order): (a: Group, b: Group) => number {
  const sign = descending ? -1 : 1;
  const byName = (a: Group, b: Group): number =>
    a.className < b.className ? -1 : a.className > b.className ? 1 : 0;
  switch (by) {
    case "className":
    case "name":
      return (a, b) => sign * byName(a, b) || b.retainedSize - a.retainedSize;
    case "distance":
    case "count":
      return (a, b) => sign * (a[by] - b[by]) || b.retainedSize - a.retainedSize;
    case "shallowSize":
      return (a, b) => sign * (a.shallowSize - b.shallowSize) || byName(a, b);
    default:
      return (a, b) =>
        (by === "retainedSize" ? sign : -1) * (a.retainedSize - b.retainedSize) || byName(a, b);
  }
}
