/**
 * DevTools' Retainers: what refers to an object, and to that, and so on towards the roots; nearest first. With ignored retainers,
 * as if nothing referred to those: what can only be reached through them comes last.
 *
 * Handles: `r12.7` asks for the retainers of object 12, which is here because it retains 7, which retains the object of the
 * question. So an object that stands further up in its own branch can be told, and is not expanded again.
 */
import {
  EdgeType,
  HeapEdge,
  NO_DISTANCE,
  prepareIgnoredRetainers,
  prepareRetainers,
  UNREACHABLE_DISTANCE,
  type HeapObject,
  type IgnoredRetainers,
  type NodeId,
  type RunOptions,
} from "@heapscope/engine";
import { LinkError, usualOrder, type ParamsOf } from "../../protocol/index.ts";
import { objectRow } from "../object-row.ts";
import { checkOrder, orderEdges } from "../order-rows.ts";
import type { DeskContext, TableMaker } from "../table-maker.ts";
import { objectById } from "./containment.ts";

/** Three columns, and the order. */
const BYTES_OF_A_ROW = 16;

const FIELDS = ["edge", "name", "className", "count", "id", "distance", "shallowSize", "retainedSize"];

export const retainers: TableMaker<"retainers"> = {
  async list(desk, params, of, order, run) {
    checkOrder(order, FIELDS);
    const branch = parseBranch(of, params.id);
    const object = objectById(desk, params.file, branch[0]!);
    await object.snapshot.prepare(["retainers"], run);
    const ignoring = await ignoredRetainers(desk, params, run);
    const { edges, from, distance } = await prepareRetainers(object, ignoring, run);
    const { snapshot } = object;
    // Of equal ones, DevTools has those first that come first here.
    const positions = await orderEdges(
      { snapshot, edges, ends: from, distance: new Float64Array(distance) },
      // Single retainers are not counted.
      order.by === "count" ? usualOrder("retainers", params) : order,
      run,
    );
    return {
      total: positions.length,
      byteSize: BYTES_OF_A_ROW * positions.length,
      row(index) {
        const at = positions[index]!;
        const retainer = snapshot.object(from[at]!);
        const edge = new HeapEdge(snapshot, edges[at]!, retainer);
        const isIgnored = ignoring?.ignored.has(retainer.node) === true;
        const isUnreachable = distance[at]! >= UNREACHABLE_DISTANCE;
        const isCycle = branch.includes(retainer.id);
        const isExpandable = !isCycle && !isIgnored && countShownRetainers(retainer, 1) > 0;
        return objectRow(retainer, desk.sources, {
          // Each reference of a retainer is a row.
          key: `e${edge.edge}`,
          edge,
          distance: isUnreachable ? NO_DISTANCE : distance[at]!,
          ...(isExpandable ? { children: `r${[retainer.id, ...branch].join(".")}` } : {}),
          ...(isCycle ? { isCycle } : {}),
          ...(isIgnored ? { isIgnored } : {}),
          ...(isUnreachable ? { isUnreachable: true } : {}),
        });
      },
      indexOf(id) {
        const node = snapshot.objectById(id)?.node;
        return node === undefined ? -1 : positions.findIndex((at) => from[at] === node);
      },
    };
  },
};

/** How many references the table shows: not those that are weak, nor the root's own. **Cost**: O(retainers of the object). */
export function countShownRetainers(
  { node, snapshot }: HeapObject,
  most: number = Number.POSITIVE_INFINITY,
): number {
  const { graph, retainers } = snapshot;
  const end = retainers.firstRetainer[node + 1]!;
  let count = 0;
  for (let at = retainers.firstRetainer[node]!; at < end && count < most; at++) {
    const isWeak = graph.edgeType[retainers.retainerEdge[at]!] === EdgeType.weak;
    if (!isWeak && retainers.nodeOf(at) !== graph.rootNode) count++;
  }
  return count;
}

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
