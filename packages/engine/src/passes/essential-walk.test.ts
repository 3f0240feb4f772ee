/** The walk on the example heap, as docs/algorithms.md shows it. */
import { readFileSync } from "node:fs";
import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { EdgeType } from "../graph/node-types.ts";
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
    node: Array.from(walk.parent, (_, number) => nodeNames[walk.record[2 * number]!]!),
    parent: [...walk.parent],
    "least ancestor": [...walk.leastAncestor],
    settled: Array.from(walk.parent, (_, number) =>
      walk.settled.has(walk.record[2 * number]!) ? "yes" : "no",
    ),
    "back edges": Array.from(walk.parent, (_, number) => walk.record[2 * number + 1]!),
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
  const excluded = Object.values(nodes)
    .slice(1)
    .flatMap((node) => {
      const edges = Array.from(
        { length: graph.firstEdge[node + 1]! - graph.firstEdge[node]! },
        (__, i) => graph.firstEdge[node]! + i,
      );
      return edges.filter((edge) => {
        const target = graph.edgeTarget[edge]!;
        return (
          graph.edgeType[edge] === EdgeType.weak ||
          walk.essential.entersPage(node, walk.number[node]!, target, walk.number[target]!)
        );
      });
    });
  // The two edges that docs/algorithms.md names; all others are essential.
  expect(excluded.map((edge) => nodeNames[graph.edgeTarget[edge]!])).toEqual(["global", "a"]);
});
