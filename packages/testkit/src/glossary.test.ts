/**
 * Holds docs/glossary.md to the engine: every drawing in it is built, and every table and listing after a drawing must
 * be what the engine says of that heap. docs/algorithms.md works on the same heap and is held to it as well.
 *
 * A fence that begins with "heap" is a drawing; others name what they show: "dominators", "groups", "retainers of NAME",
 * "paths to NAME", "diff". A table whose first column is "node" lists columns of nodes, "position" the preorder.
 */
import { readFileSync } from "node:fs";
import { compareSnapshots } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { drawHeap, type DrawnHeap } from "./draw-heap.ts";
import { naive } from "./index.ts";
import { formatDistance } from "./printers/label.ts";
import { printDiff } from "./printers/print-diff.ts";
import { printDominators } from "./printers/print-dominators.ts";
import { printGroups } from "./printers/print-groups.ts";
import { printPaths } from "./printers/print-paths.ts";
import { printRetainers } from "./printers/print-retainers.ts";

interface Block {
  /** What stands behind the fence, or the first column's title of a table. */
  title: string;
  line: number;
  /** A fence: its lines. A table: its rows of cells, the titles first. */
  lines: string[];
  rows: string[][];
}

const glossary = readDocument("glossary.md");
const algorithms = readDocument("algorithms.md");
const example = glossary.find((block) => block.title === "heap")!;

describe("docs/glossary.md", () => {
  it.each(claimsOf(glossary))("says what the engine says: %s", async (_place, block, drawings) => {
    await check(block, drawings);
  });

  it("has a claim of every kind", () => {
    const kinds = claimsOf(glossary).map(([, block]) => block.title.split(" ")[0]);
    expect(new Set(kinds)).toEqual(new Set(["node", "dominators", "retainers", "paths", "groups", "diff"]));
  });

  it("shows every node and every reference of the drawing in the picture", () => {
    const picture = glossary.find((block) => block.title === "text")!.lines.join("\n");
    const words = example.lines.join(" ").match(/[A-Za-z]+(?::\w+)?(?:\(\d+\))?|\[\d+\]/g)!;
    for (const word of words) expect(picture).toContain(word);
  });
});

describe("docs/algorithms.md", () => {
  it.each(claimsOf([example, ...algorithms]))(
    "says what the engine says: %s",
    async (_place, block, drawings) => {
      await check(block, drawings);
    },
  );
});

/** The blocks that claim something, each with the drawings that it is about. */
function claimsOf(blocks: readonly Block[]): [place: string, block: Block, drawings: string[]][] {
  const claims: [string, Block, string[]][] = [];
  let drawings: string[] = [];
  for (const block of blocks) {
    const [kind, role] = block.title.split(" ");
    if (kind === "heap") drawings = [...(role === "target" ? drawings : []), block.lines.join("\n")];
    else if (/^(?:node|position|dominators|groups|retainers|paths|diff)$/.test(kind!))
      claims.push([`${block.title} (line ${block.line})`, block, drawings]);
  }
  return claims;
}

async function check({ title, lines, rows }: Block, drawings: readonly string[]): Promise<void> {
  const [drawn, target] = await Promise.all(drawings.map((drawing) => drawHeap(drawing)));
  const [kind, , name] = title.split(" ");
  const node = drawn!.nodes[name ?? ""] ?? -1;
  const text = lines.join("\n");
  switch (kind) {
    case "node":
      return checkNodes(rows, drawn!);
    case "position":
      return checkPositions(rows, drawn!);
    case "dominators":
      return expect(printDominators(drawn!)).toBe(text);
    case "groups":
      return expect(printGroups(drawn!)).toBe(text);
    case "retainers":
      return expect(printRetainers(drawn!, node)).toBe(text);
    case "paths":
      return expect(printPaths(drawn!, node, 9)).toBe(text);
    default:
      return expect(printDiff(compareSnapshots(drawn!.snapshot, target!.snapshot))).toBe(text);
  }
}

function checkNodes([titles, ...rows]: readonly string[][], drawn: DrawnHeap): void {
  const { snapshot, heap, nodes } = drawn;
  const names = Object.keys(nodes);
  const shallow = naive.shallowSizes(heap);
  for (const row of rows) {
    const node = nodes[row[0]!]!;
    const facts: Record<string, string | number> = {
      node: row[0]!,
      id: snapshot.object(node).id,
      "in the file": heap.nodes[node]!.selfSize,
      owner: names[ownerOf(drawn, node)]!,
      shallow: snapshot.shallowSize[node]!,
      dominator: names[snapshot.dominator[node]!]!,
      retained: snapshot.retainedSize[node]!,
      distance: formatDistance(snapshot.distance[node]!),
    };
    expect(row).toEqual(titles!.map((column) => String(facts[column])));
    expect(shallow[node]).toBe(facts["shallow"]);
  }
}

/** The node whose shallow size falls when the bytes of `part` are taken away. */
function ownerOf({ heap }: DrawnHeap, part: number): number {
  const lighter = structuredClone(heap);
  lighter.nodes[part]!.selfSize = 0;
  const [before, after] = [naive.shallowSizes(heap), naive.shallowSizes(lighter)];
  const owner = before.findIndex((size, node) => size !== after[node]);
  return owner === -1 ? part : owner;
}

function checkPositions([titles, ...rows]: readonly string[][], { snapshot, nodes }: DrawnHeap): void {
  const { nodeAt, subtreeCount } = snapshot.dominatorTree;
  const names = Object.keys(nodes);
  const sizes = Array.from(nodeAt, (node) => snapshot.shallowSize[node]!);
  const sums = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0));
  const columns: Record<string, (string | number)[]> = {
    nodeAt: Array.from(nodeAt, (node) => names[node]!),
    subtreeCount: [...subtreeCount],
    shallowSize: sizes,
    "sum before": sums,
    retainedSize: Array.from(nodeAt, (node) => snapshot.retainedSize[node]!),
  };
  expect(titles!.slice(1)).toEqual(sizes.map((_, at) => String(at)));
  for (const [column, ...cells] of rows) expect(cells).toEqual(columns[column!]!.map(String));
}

/** The fences and tables of a document, in order. */
function readDocument(name: string): Block[] {
  const lines = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8").split("\n");
  const blocks: Block[] = [];
  let fence: Block | undefined;
  let table: Block | undefined;
  for (const [index, line] of lines.entries()) {
    if (fence !== undefined) {
      if (line === "```") fence = undefined;
      else fence.lines.push(line);
    } else if (line.startsWith("```")) {
      blocks.push((fence = { title: line.slice(3), line: index + 1, lines: [], rows: [] }));
    } else if (line.startsWith("|")) {
      const cells = line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim().replaceAll("`", ""));
      if (table === undefined)
        blocks.push((table = { title: cells[0]!, line: index + 1, lines: [], rows: [cells] }));
      else if (!cells.every((cell) => /^:?-+:?$/.test(cell))) table.rows.push(cells);
    } else table = undefined;
  }
  return blocks;
}
