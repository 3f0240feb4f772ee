/**
 * The calls of a profile as boxes in the profile's order, cut to the largest. Cost: as `cutTree`.
 */
import type { RunOptions } from "@heapscope/engine";
import type { Ask, BoxTree } from "../../protocol/index.ts";
import { callLocation, callName, scriptOf } from "../call-words.ts";
import type { DeskContext } from "../table-maker.ts";
import { clampMost } from "./boxes.ts";
import { cutTree } from "./cut-tree.ts";

export async function answerFlame(
  desk: DeskContext,
  { file, most }: Ask<"flame">,
  _run: RunOptions,
): Promise<BoxTree> {
  const { tree, functions } = desk.profile(file);
  const { functionOf, selfValue, subtreeCount, totalValue } = tree;
  const cut = cutTree({ subtreeCount, valueAt: (at) => totalValue[at]! }, 0, clampMost(most), "tree");
  const called = cut.position.map((at) => (at === -1 ? undefined : functions[functionOf[at]!]!));
  return {
    parent: cut.parent,
    value: cut.value,
    selfValue: cut.position.map((at, box) => (at === -1 ? cut.value[box]! : selfValue[at]!)),
    label: called.map((each) => (each === undefined ? "" : callName(each))),
    kind: called.map((each) => (each === undefined ? "" : scriptOf(each))),
    id: cut.position.map(() => 0),
    count: cut.count,
    location: called.map((each) => (each === undefined ? "" : (callLocation(each) ?? ""))),
  };
}
