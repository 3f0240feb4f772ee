/** Parts of strings, and beginnings of names, are what the whole would be cut to. */
import { drawHeap, forEveryHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import type { StringTable } from "./string-table.ts";

function checkParts(strings: StringTable, index: number, bounds: readonly number[]): void {
  const whole = strings.get(index);
  expect(strings.lengthOf(index)).toBe(whole.length);
  const pairs = bounds.flatMap((from) => bounds.filter((to) => to >= from).map((to) => [from, to] as const));
  expect(pairs.map(([from, to]) => strings.getPart(index, from, to))).toEqual(
    pairs.map(([from, to]) => whole.slice(from, to)),
  );
}

it("gives the same part of each string as cutting the whole does, and its length", async () => {
  await forEveryHeap(({ snapshot: { strings } }) => {
    for (let index = 0; index < strings.length; index++) checkParts(strings, index, [0, 1, 3, 100]);
  }, 200);
});

it("does so in long texts with escapes, pairs of surrogates and other alphabets", async () => {
  for (const part of ["a", "\\n", "é", "名", "😀", 'x\\"y\\\\', "a😀\\u0001é"]) {
    const { snapshot, nodes } = await drawHeap(`global -text-> text:string:"${part.repeat(3000)}"(8)`);
    const { strings, nodeName } = snapshot.graph;
    checkParts(strings, nodeName[nodes["text"]], [0, 1, 2, 299, 300, 4095, 4096, 4097, 8192, 50_000]);
  }
});

it("gives the same beginning of each name as cutting the whole does", async () => {
  await forEveryHeap(({ snapshot }) => {
    for (let node = 0; node < snapshot.graph.nodeCount; node++) {
      const object = snapshot.object(node);
      expect(object.nameStart(1025)).toBe(object.name.slice(0, 1025));
      for (const edge of object.edges()) {
        const { name } = edge;
        expect(edge.nameStart(5)).toBe(typeof name === "number" ? name : name.slice(0, 5));
      }
    }
  }, 200);
});
