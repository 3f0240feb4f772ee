import { expect, it } from "vitest";
import { treeRows } from "./tree.ts";

interface Item {
  readonly name: string;
  readonly children?: readonly Item[];
}

function draw(items: readonly Item[]): string[] {
  return treeRows(items, (item) => item.children).map(({ prefix, item }) => prefix + item.name);
}

it("draws the lines that lead to each item", () => {
  const tree: Item[] = [
    {
      name: "a",
      children: [
        { name: "b", children: [{ name: "c" }] },
        { name: "d", children: [{ name: "e" }] },
      ],
    },
    { name: "f" },
  ];
  expect(draw(tree)).toEqual(["a", "├ b", "│ └ c", "└ d", "  └ e", "f"]);
});
