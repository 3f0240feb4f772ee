import { findObjects, prepareSearch, filterNodes, type SearchPlace } from "@heapscope/engine";
import { forEveryHeap, naive } from "@heapscope/testkit";
import { expect, it } from "vitest";

const places: readonly SearchPlace[] = ["name", "string", "property", "class"];

/** Parts of names that occur, some in another case, and what needs care in bytes or expressions. */
const parts = [
  "o",
  "OBJ",
  "Foo",
  "t",
  "VW",
  "vw",
  "{",
  ", ",
  "…",
  "it's",
  '"',
  '\\"q',
  "system / ",
  "(",
  "div>",
  ".",
  "",
  "É",
];

const escaped = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");

it("finds a part of a name in every place, in any case and exactly", async () => {
  let found = 0;
  await forEveryHeap(async ({ heap, snapshot }) => {
    for (const text of parts) {
      for (const matchCase of [false, true]) {
        const test = new RegExp(escaped(text), matchCase ? "" : "i");
        const results = findObjects(snapshot, { text, matchCase, where: places });
        expect(await prepareSearch(snapshot, { text, matchCase, where: places })).toEqual(results);
        expect(
          results.map(({ where, nodes, isLimited }) => [where, [...nodes], isLimited]),
          text,
        ).toEqual(places.map((where) => [where, naive.searchNodes(heap, where, test), false]));
        found += results.filter(({ nodes }) => nodes.length > 0).length;
      }
    }
  }, 100);
  expect(found).toBeGreaterThan(1000);
});

it("finds what an expression matches, also a global one", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    for (const expression of [/^f|o$/i, /\d/g, /^\{.*b/y, /^$/]) {
      const test = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ""));
      const results = findObjects(snapshot, { text: expression, where: places });
      expect(results.map(({ nodes }) => [...nodes])).toEqual(
        places.map((where) => naive.searchNodes(heap, where, test)),
      );
    }
  }, 200);
});

it("finds no more than the limit, says so, and stays within a filter", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const only = filterNodes(snapshot, { kind: "ids", after: 7, upTo: 40 });
    const all = naive.searchNodes(heap, "name", /e/i).filter((node) => only.has(node));
    for (const limit of [0, 1, all.length, all.length + 1]) {
      const [result] = findObjects(snapshot, { text: "e", where: ["name"], only, limit });
      expect([...result!.nodes]).toEqual(all.slice(0, limit));
      expect(result!.isLimited).toBe(all.length > limit);
    }
  }, 200);
});

it("takes any test", async () => {
  await forEveryHeap(({ heap, snapshot }) => {
    const [result] = findObjects(snapshot, { text: { test: (name) => name.length === 1 }, where: ["name"] });
    expect([...result!.nodes]).toEqual(naive.searchNodes(heap, "name", /^[^]$/));
  }, 50);
});
