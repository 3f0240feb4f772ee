/**
 * The dominator tree below an object as boxes, cut to the largest. What is inside of a box would be free if its object went.
 * Cost: computes the dominators at first; then as `cutTree`, and a name for each box.
 */
import { NodeType, type HeapObject, type RunOptions } from "@heapscope/engine";
import { formatPlace, objectLabel } from "@heapscope/wording";
import { LinkError, type Ask, type BoxTree } from "../../protocol/index.ts";
import { cutText } from "../object-row.ts";
import type { DeskContext } from "../table-maker.ts";
import { cutTree } from "./cut-tree.ts";

/** More could not be told apart, nor drawn in a frame. */
const MOST_BOXES = 20_000;
/** Characters of a label; more than the widest box shows. */
const LONGEST_LABEL = 120;

export async function answerBoxes(
  desk: DeskContext,
  { file, id, most }: Ask<"boxes">,
  run: RunOptions,
): Promise<BoxTree> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["retainedSize", "nodesById", "groupKeys", "scriptUrls"], run);
  const top = id === undefined ? snapshot.root : snapshot.objectById(id);
  if (top === undefined)
    throw new LinkError(
      "unknown-object",
      `There is no object @${id} in this snapshot; ids are those of the file they were read in.`,
    );
  const { nodeAt, position, subtreeCount } = snapshot.dominatorTree;
  const { retainedSize } = snapshot;
  const cut = cutTree(
    { subtreeCount, valueAt: (at) => retainedSize[nodeAt[at]!]! },
    position[top.node]!,
    clampMost(most),
    "largest",
  );
  const objects = cut.position.map((at) => (at === -1 ? undefined : snapshot.object(nodeAt[at]!)));
  return {
    parent: cut.parent,
    value: cut.value,
    selfValue: objects.map((object, box) => object?.shallowSize ?? cut.value[box]!),
    label: objects.map((object) => (object === undefined ? "" : labelOf(object))),
    kind: objects.map((object) => object?.className.slice(0, LONGEST_LABEL) ?? ""),
    id: objects.map((object) => object?.id ?? 0),
    count: cut.count,
    location: objects.map((object) => (object === undefined ? "" : placeOf(desk, object))),
  };
}

/** At least one box, at most what a page can draw. */
export function clampMost(most: number): number {
  return Math.min(MOST_BOXES, Math.max(1, Math.floor(most) || 1));
}

function labelOf(object: HeapObject): string {
  return objectLabel(object.nameStart(LONGEST_LABEL), object.type);
}

/** Of functions only: for other objects it would be their constructor's, the same in every box. */
function placeOf(desk: DeskContext, object: HeapObject): string {
  if (object.snapshot.graph.nodeType[object.node] !== NodeType.closure) return "";
  const place = desk.sources.placeOf(object);
  return place === undefined ? "" : cutText(formatPlace(place)).text;
}
