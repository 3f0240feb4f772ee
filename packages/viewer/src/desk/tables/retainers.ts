/**
 * DevTools' Retainers: what refers to an object, and to that, and so on towards the roots; nearest first. With ignored retainers,
 * as if nothing referred to those: what can only be reached through them comes last.
 *
 * Handles: `r12.7` asks for the retainers of object 12, which is here because it retains 7, which retains the object of the
 * question. So an object that stands further up in its own branch can be told, and is not expanded again.
 */
import {
  NO_DISTANCE,
  prepareIgnoredRetainers,
  prepareRetainers,
  UNREACHABLE_DISTANCE,
  type HeapObject,
  type IgnoredRetainers,
  type NodeId,
  type Retainer,
  type RunOptions,
} from "@heapscope/engine";
import { LinkError, type Order, type ParamsOf } from "../../protocol/index.ts";
import { objectRow } from "../object-row.ts";
import { checkOrder, orderEdges } from "../order-rows.ts";
import type { DeskContext, TableMaker } from "../table-maker.ts";
import { objectById } from "./containment.ts";

const FIELDS = ["edge", "name", "className", "count", "id", "distance", "shallowSize", "retainedSize"];

export const retainers: TableMaker<"retainers"> = {
  usualOrder: () => ({ by: "distance", descending: false }),

  async list(desk, params, of, order, run) {
    checkOrder(order, FIELDS);
    const branch = parseBranch(of, params.id);
    const object = objectById(desk, params.file, branch[0]!);
    await object.snapshot.prepare(["retainers"], run);
    const ignoring = await ignoredRetainers(desk, params, run);
    const rows = await sortRetainers(object, await prepareRetainers(object, ignoring, run), order, run);
    return {
      total: rows.length,
      byteSize: 150 * rows.length,
      row(index) {
        const { edge, distance, isIgnored } = rows[index]!;
        const { from } = edge;
        const isCycle = branch.includes(from.id);
        const isExpandable = !isCycle && !isIgnored && from.retainerCount > 0;
        return objectRow(from, desk.sources, {
          // Each reference of a retainer is a row.
          key: `e${edge.edge}`,
          edge,
          distance: distance >= UNREACHABLE_DISTANCE ? NO_DISTANCE : distance,
          ...(isExpandable ? { children: `r${[from.id, ...branch].join(".")}` } : {}),
          ...(isCycle ? { isCycle } : {}),
          ...(isIgnored ? { isIgnored } : {}),
          ...(distance >= UNREACHABLE_DISTANCE ? { isUnreachable: true } : {}),
        });
      },
      indexOf: (id) => rows.findIndex(({ edge }) => edge.from.id === id),
    };
  },
};

/** Ids from the row's object to that of the question. */
function parseBranch(of: string, id: NodeId): readonly NodeId[] {
  if (of === "") return [id];
  const branch = /^r\d{1,10}(?:\.\d{1,10})*$/.test(of) ? of.slice(1).split(".").map(Number) : [];
  if (branch.at(-1) === id) return branch;
  throw new LinkError(
    "unknown-object",
    "These are no retainers of this object; the address may be of another one.",
  );
}

/** What the ignored retainers change; `undefined` if there are none. Ids of no object are passed over. */
async function ignoredRetainers(
  desk: DeskContext,
  { file, ignored = [] }: ParamsOf<"retainers">,
  run: RunOptions,
): Promise<IgnoredRetainers | undefined> {
  const snapshot = desk.snapshot(file);
  const nodes = ignored.flatMap((id) => snapshot.objectById(id)?.node ?? []);
  if (nodes.length === 0) return undefined;
  const key = nodes.toSorted((a, b) => a - b).join();
  return await desk.once(`ignored ${file} ${key}`, () => prepareIgnoredRetainers(snapshot, nodes, run));
}

/** DevTools' order by distance is the one that the engine gives; other orders are as those of references. */
async function sortRetainers(
  object: HeapObject,
  rows: readonly Retainer[],
  { by, descending }: Order,
  run: RunOptions,
): Promise<readonly Retainer[]> {
  if ((by === "distance" && !descending) || by === "count") return rows;
  const ends = Uint32Array.from(rows, ({ edge }) => edge.from.node);
  const distance = Float64Array.from(rows, (row) => row.distance);
  const edges = Uint32Array.from(rows, ({ edge }) => edge.edge);
  const order = await orderEdges(
    { snapshot: object.snapshot, edges, ends, distance },
    { by, descending },
    run,
  );
  return Array.from(order, (at) => rows[at]!);
}
