import { compareSnapshots } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { drawHeap } from "../draw-heap.ts";
import { printDiff } from "./print-diff.ts";
import { printDistances } from "./print-distances.ts";
import { printDominators } from "./print-dominators.ts";
import { printGroups } from "./print-groups.ts";
import { printPaths } from "./print-paths.ts";
import { printRetainers } from "./print-retainers.ts";

const drawing = `
  global -cache-> cache:Map(32) =table=> table:array(100)
  table -[0]-> first:Entry(48), second:Entry(48)
  first -text-> text:string:"a b"(20)
  global -again-> first
  gcRoots -[1]-> handle:Handle(8)
  lost(8)`;

describe("results as text", () => {
  it("print the dominator tree, indented, with retained and shallow sizes", async () => {
    const drawn = await drawHeap(drawing);
    expect(printDominators(drawn)).toBe(
      [
        "root 264 (0)",
        "  global 248 (0)",
        "    cache 180 (132)",
        "      table 48 (0)",
        "        second 48 (48)",
        "    first 68 (48)",
        "      text 20 (20)",
        "  gcRoots 8 (0)",
        "    handle 8 (8)",
        "  lost 8 (8)",
      ].join("\n"),
    );
    expect(printDominators(drawn, drawn.nodes["first"]!)).toBe("first 68 (48)\n  text 20 (20)");
  });

  it("print groups as DevTools' Summary", async () => {
    expect(printGroups(await drawHeap(drawing))).toBe(
      [
        "Constructor  Distance  Count  Shallow  Retained",
        "Map                 2      1      132       180",
        "Entry               2      2       96       116",
        "(string)            3      1       20        20",
        "Handle       system+2      1        8         8",
        "lost                -      1        8         8",
      ].join("\n"),
    );
  });

  it("print distances, with words for what only the system or nothing holds", async () => {
    const lines = printDistances(await drawHeap(drawing)).split("\n");
    expect(lines.slice(0, 4)).toEqual(["root system", "gcRoots system+1", "global 1", "cache 2"]);
    expect(lines.slice(-2)).toEqual(["handle system+2", "lost -"]);
  });

  it("print retainers and paths", async () => {
    const drawn = await drawHeap(drawing);
    const first = drawn.nodes["first"]!;
    expect(printRetainers(drawn, first)).toBe('global property:"again" at 1\ntable element:0 at 3');
    expect(printPaths(drawn, first, 2)).toBe(
      "(root) global → .again first\n(root) global → .cache cache → (table) table → [0] first",
    );
  });

  it("name nodes by display name and id where no drawing does", async () => {
    const { snapshot, nodes } = await drawHeap("global -a-> A(8)@7");
    expect(printDominators({ snapshot }, nodes["A"])).toBe("A @7 8 (8)");
  });

  it("print a comparison as DevTools' Comparison", async () => {
    const base = await drawHeap("global -a-> A(8)@11, B(8)@13, C(8)@15");
    const target = await drawHeap("global -a-> A(8)@11, B(8)@13, D:B(24)@17");
    expect(printDiff(compareSnapshots(base.snapshot, target.snapshot))).toBe(
      [
        "Constructor  New  Deleted  Delta  Alloc. size  Freed size  Size delta",
        "B              1        0     +1           24           0         +24",
        "C              0        1     -1            0           8          -8",
      ].join("\n"),
    );
  });
});
