import { drawHeap } from "@heapscope/testkit";
import { expect, test } from "vitest";
import { mergePaths, type PathTree } from "./path-tree.ts";

/** The tree of the nearest paths to all objects of the class `Target`, one line for a branch. */
async function draw(
  drawing: string,
  order: (a: number, b: number) => number = (a, b) => a - b,
): Promise<string[]> {
  const { snapshot, nodes } = await drawHeap(drawing);
  const targets = Object.values(nodes)
    .map((node) => snapshot.object(node))
    .filter(({ name }) => name === "Target")
    .sort((a, b) => order(a.node, b.node));
  const tree = mergePaths(targets.flatMap((target) => target.paths()));
  expect(tree.count).toBe(targets.length);
  return lines(tree, "");
}

function lines({ branches }: PathTree, indent: string): string[] {
  return branches.flatMap((branch) => [
    `${indent}${branch.count} ${branch.edge} ${branch.node}${branch.ends > 0 ? ` (${branch.ends} end)` : ""}`,
    ...lines(branch, `${indent}  `),
  ]);
}

const HEAP = `
  global -list-> list:Array
  ${[0, 1, 2, 3].map((i) => `list -[${i}]-> o${i}:Order -item-> t${i}:Target`).join("\n")}
  global -byName-> byName:Object
  byName -"user-1"-> t4:Target
  byName -"user-2"-> t5:Target
  byName -admin-> t6:Target`;

test("positions and keys that are data are one branch, with counts, the largest first", async () => {
  expect(await draw(HEAP)).toEqual([
    "7 global global",
    "  4 .list Array",
    "    4 […] Order",
    "      4 .item Target (4 end)",
    "  3 .byName {user-1, user-2, admin}",
    "    2 […] Target (2 end)",
    "    1 .admin Target (1 end)",
  ]);
});

test("the order of the paths makes no difference", async () => {
  expect(await draw(HEAP, (a, b) => b - a)).toEqual(await draw(HEAP));
});

test("what all paths have in common is written as it is", async () => {
  expect(await draw("global -list-> list:Array -[3]-> a:Target -child-> b:Target")).toEqual([
    "2 global global",
    "  2 .list Array",
    "    2 [3] Target (1 end)",
    "      1 .child Target (1 end)",
  ]);
});

test("rows of the same step are one branch, however long", async () => {
  const links = Array.from({ length: 6 }, (_, i) => `n${i} -next-> n${i + 1}:Link`).join("\n");
  expect(await draw(`global -head-> n0:Link\n${links}\nn4 -x-> a:Target\nn6 -x-> b:Target`)).toEqual([
    "2 global global",
    "  2 .head Link",
    "    2 .next (… ×6) Link",
    "      2 .x Target (2 end)",
  ]);
});

test("plain objects are one branch, whatever properties they have", async () => {
  const drawing = `global -list-> list:Array
    list -[0]-> a:Object -x-> t:Target
    list -[1]-> b:Object -x-> u:Target
    b -y-> z:Thing`;
  expect((await draw(drawing)).slice(2)).toEqual(["    2 […] {x}", "      2 .x Target (2 end)"]);
});
