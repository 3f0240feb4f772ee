import { drawHeap, forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

it("counts the steps of a plain breadth-first search with DevTools' exceptions", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    expect([...snapshot.distance]).toEqual(naive.distances(heap));
  });
});

it("goes through levels of few and of many nodes, and from one to the other", async () => {
  // Of 1,471 nodes, a level of more than 11 is no list any more.
  const lines: string[] = [];
  let last = "global";
  const chain = (name: string, length: number): void => {
    for (let i = 0; i < length; i++) lines.push(`${last} -> ${(last = `${name}${i}`)}`);
  };
  const fan = (name: string, width: number): void => {
    for (let i = 0; i < width; i++)
      lines.push(`${last} -> ${name}${i}`, `${name}${i} -> ${name}Next${i % 40}`);
    last = `${name}Next7`;
  };
  chain("a", 20);
  fan("b", 700);
  chain("c", 20);
  fan("d", 11);
  fan("e", 12);
  fan("f", 600);
  const { heap, snapshot } = await drawHeap(lines.join("\n"));
  expect(heap.nodes.length >>> 7).toBe(11);
  expect(Math.max(...snapshot.distance.filter((steps) => steps < 1000))).toBe(49);
  expect([...snapshot.distance]).toEqual(naive.distances(heap));
});
