/** The walk on the example heap, as docs/algorithms.md shows it. */
import { readFileSync } from "node:fs";
import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { Scratch } from "../graph/scratch.ts";
import { walkEssentialEdges } from "./essential-walk.ts";
import { runNow } from "./pass.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");

it("visits the page first and numbers nodes in depth-first order", async () => {
  const drawing = /```heap\n(.*?)```/s.exec(read("glossary.md"))![1]!;
  const { snapshot, nodes } = await drawHeap(drawing);
  const { graph, names, ephemerons } = snapshot;
  const walk = runNow(walkEssentialEdges(graph, names, ephemerons, new Scratch()));
  const nodeNames = Object.keys(nodes);
  const columns: Record<string, (string | number)[]> = {
    node: Array.from(walk.nodeOfNumber, (node) => nodeNames[node]!),
    parent: [...walk.parent],
    "least ancestor": [...walk.leastAncestor],
    "back edges": [...walk.backEdgeCount],
  };
  const rows = read("algorithms.md").split("| number ")[1]!.split("\n\n")[0]!.split("\n").slice(2);
  expect(rows).toHaveLength(Object.keys(columns).length);
  for (const row of rows) {
    const [title, ...cells] = row
      .slice(1, -1)
      .replaceAll("`", "")
      .split("|")
      .map((cell) => cell.trim());
    expect(cells).toEqual(columns[title!]!.slice(1, graph.nodeCount + 1).map(String));
  }
  const excluded = Array.from({ length: graph.edgeCount }, (_, edge) => edge).filter((edge) =>
    walk.excluded.has(edge),
  );
  // The two edges that docs/algorithms.md names; all others are essential.
  expect(excluded.map((edge) => nodeNames[graph.edgeTarget[edge]!])).toEqual(["global", "a"]);
});
