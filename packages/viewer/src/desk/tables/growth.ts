/**
 * Groups over a series of snapshots, oldest first: counts and sizes side by side (the engine's `compareSeries`). Below a group
 * are its objects in the last snapshot that were not in the first, or all of them where ids do not tell; below an object
 * its references.
 *
 * Handles: `w3` is a group, by its position in the engine's answer; `o12` an object of the last snapshot.
 */
import {
  CHECK_MASK,
  prepareSeries,
  runPass,
  type GroupGrowth,
  type Growth,
  type HeapSnapshot,
  type Pass,
  type RunOptions,
} from "@heapscope/engine";
import {
  LinkError,
  type GrowthRow,
  type ObjectRow,
  type Order,
  type ParamsOf,
} from "../../protocol/index.ts";
import { locateRow } from "../locate-row.ts";
import { nodeList } from "../node-list.ts";
import { cutText, locationOf } from "../object-row.ts";
import { orderEntries, type SortFields } from "../order-entries.ts";
import { nameTest } from "../search-text.ts";
import type { DeskContext, RowList, TableMaker } from "../table-maker.ts";
import { referenceList } from "./containment.ts";

type GrowthParams = ParamsOf<"growth">;

/** More than twice the size of any heap; a sum with it is still exact. */
const BEYOND_SIZES = 2 ** 52;

const FIELDS: SortFields<GroupGrowth> = {
  className: (group) => group.className,
  counts: ({ counts }) => last(counts),
  lastCount: ({ counts }) => last(counts),
  shallowSizes: ({ shallowSizes }) => last(shallowSizes),
  retainedSizes: ({ retainedSizes }) => last(retainedSizes),
  countDelta: ({ counts }) => change(counts),
  sizeDelta: ({ shallowSizes }) => change(shallowSizes),
  retainedDelta: ({ retainedSizes }) => change(retainedSizes),
  // Those that do, by what they retain more; then the others, likewise.
  growsAlways: ({ counts, retainedSizes }) =>
    change(retainedSizes) + (growsAlways(counts) ? BEYOND_SIZES : 0),
};

/** What objects are sorted by when the groups are sorted by a field that objects do not have. */
const OBJECT_FIELDS: Readonly<Record<string, string>> = {
  className: "name",
  shallowSizes: "shallowSize",
  sizeDelta: "shallowSize",
  retainedSizes: "retainedSize",
  retainedDelta: "retainedSize",
};

export const growth: TableMaker<"growth"> = {
  async list(desk, params, of, order, run) {
    if (params.files.length < 2)
      throw new LinkError(
        "bad-question",
        "Growth needs two snapshots or more; open another one of the same process.",
      );
    const lastFile = params.files.at(-1)!;
    if (of.startsWith("o")) return await referenceList(desk, lastFile, of, objectOrder(order), run);
    const series = await compare(desk, params, run);
    if (of === "") return await growthList(desk, series, params, order, run);
    return await newObjects(desk, series, params, of, objectOrder(order), run);
  },

  locate: (desk, params, id, order, run) => locateRow(desk, "growth", params, id, order, run),
};

async function compare(desk: DeskContext, { files }: GrowthParams, run: RunOptions): Promise<Growth> {
  const snapshots = files.map((file) => desk.snapshot(file));
  return await desk.once(`growth ${files.join(" ")}`, () => prepareSeries(snapshots, run));
}

/** The top: one row for each group that is in any of the snapshots. */
async function growthList(
  desk: DeskContext,
  { groups, matchedBy, idChecks }: Growth,
  { files, text }: GrowthParams,
  order: Order,
  run: RunOptions,
): Promise<RowList<GrowthRow>> {
  const positionOf = new Map(groups.map((group, position) => [group, position]));
  const matches = nameTest(text);
  const wanted = groups.filter(({ className }) => matches(className));
  const rows = await orderEntries(wanted, FIELDS, order, run);
  const snapshot = desk.snapshot(files.at(-1)!);
  const broken = idChecks.find(({ comparable }) => !comparable);
  return {
    total: rows.length,
    byteSize: 8 * rows.length,
    ...(matchedBy === "key" || broken === undefined ? {} : { note: broken.reason }),
    row(index) {
      const group = rows[index]!;
      const { counts, shallowSizes, retainedSizes, lastGroups } = group;
      const handle = `w${positionOf.get(group)!}`;
      const location = locationOfGroup(desk, snapshot, group);
      return {
        kind: "growth",
        key: handle,
        ...(lastGroups.length > 0 ? { children: handle } : {}),
        className: cutText(group.className).text,
        ...(location === undefined ? {} : { location }),
        counts,
        shallowSizes,
        retainedSizes,
        countDelta: change(counts),
        sizeDelta: change(shallowSizes),
        retainedDelta: change(retainedSizes),
        growsAlways: growsAlways(counts),
      };
    },
    indexOf(id) {
      const node = snapshot.objectById(id)?.node ?? -1;
      return rows.findIndex(({ lastGroups }) => lastGroups.some(({ nodes }) => nodes.includes(node)));
    },
  };
}

/** Where the constructor is, if the group has one: without a place, its key is a comma and the name. */
function locationOfGroup(
  desk: DeskContext,
  snapshot: HeapSnapshot,
  { lastGroups: [group] }: GroupGrowth,
): string | undefined {
  if (group === undefined || group.key.startsWith(",")) return undefined;
  return locationOf(snapshot.object(group.nodes[0]!), desk.sources);
}

async function newObjects(
  desk: DeskContext,
  { groups, matchedBy }: Growth,
  { files }: GrowthParams,
  of: string,
  order: Order,
  run: RunOptions,
): Promise<RowList<ObjectRow>> {
  const [first, snapshot] = [desk.snapshot(files[0]!), desk.snapshot(files.at(-1)!)];
  // None if the handle is of other files.
  const group = groups[Number(of.slice(1))];
  const nodes = concatenate(group?.lastGroups.map((each) => each.nodes) ?? []);
  if (matchedBy === "portableKey") return await nodeList(desk, snapshot, nodes, order, run);
  await first.prepare(["nodesById"], run);
  const isNew = await runPass("finding new objects", nodesNotIn(first, snapshot, nodes), run);
  return await nodeList(desk, snapshot, isNew, order, run);
}

/** The nodes whose ids another snapshot does not have. */
function* nodesNotIn(first: HeapSnapshot, snapshot: HeapSnapshot, nodes: Uint32Array): Pass<Uint32Array> {
  const { nodeId } = snapshot.graph;
  const isNew = new Uint32Array(nodes.length);
  let count = 0;
  for (let i = 0; i < nodes.length; i++) {
    if ((i & CHECK_MASK) === 0) yield i / nodes.length;
    if (first.objectById(nodeId[nodes[i]!]!) === undefined) isNew[count++] = nodes[i]!;
  }
  return isNew.slice(0, count);
}

function concatenate(lists: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const list of lists) {
    all.set(list, filled);
    filled += list.length;
  }
  return all;
}

function last(numbers: readonly number[]): number {
  return numbers.at(-1) ?? 0;
}

function change(numbers: readonly number[]): number {
  return last(numbers) - (numbers[0] ?? 0);
}

function growsAlways(counts: readonly number[]): boolean {
  return counts.every((count, index) => index === 0 || count > counts[index - 1]!);
}

function objectOrder({ by, descending }: Order): Order {
  const field = Object.hasOwn(OBJECT_FIELDS, by) ? OBJECT_FIELDS[by]! : by;
  return Object.hasOwn(FIELDS, field) ? { by: "retainedSize", descending: true } : { by: field, descending };
}
