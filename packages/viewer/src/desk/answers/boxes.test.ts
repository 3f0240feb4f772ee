import type { HeapSnapshot } from "@heapscope/engine";
import { drawHeap, forEveryHeap, naive } from "@heapscope/testkit";
import { snapshotPlaces } from "@heapscope/wording/heap";
import { expect, it } from "vitest";
import { LinkError } from "../../protocol/index.ts";
import type { DeskContext } from "../table-maker.ts";
import { answerBoxes } from "./boxes.ts";

const deskOf = (snapshot: HeapSnapshot): DeskContext =>
  ({ snapshot: () => snapshot, sources: snapshotPlaces }) as unknown as DeskContext;

it("shows the dominator tree, largest first, with a rest", async () => {
  const { snapshot, nodes } = await drawHeap(`
    global -cache-> cache:Map(32)
    cache -[0]-> big:Order(500)
    cache -[1]-> small:Order(100)
    cache -[2]-> tiny:Note(20)
    big -text-> text:string:hello(80)
  `);
  const desk = deskOf(snapshot);
  const id = snapshot.object(nodes["cache"]!).id;
  const boxes = await answerBoxes(desk, { file: 0, id, most: 3 }, {});
  expect(boxes).toMatchObject({
    parent: [-1, 0, 0, 0, 1],
    value: [732, 580, 100, 20, 80],
    selfValue: [32, 500, 100, 20, 80],
    kind: ["Map", "Order", "Order", "", ""],
    count: [1, 1, 1, 1, 1],
  });
  expect(boxes.label.slice(0, 4)).toEqual(["Map", "Order", "Order", ""]);
  expect(boxes.id[0]).toBe(id);
  expect((await answerBoxes(desk, { file: 0, id, most: 5 }, {})).label.at(-1)).toBe('"hello"');
});

it("has all objects of any heap when there is room, with naive sizes", async () => {
  await forEveryHeap(async ({ heap, snapshot }) => {
    const boxes = await answerBoxes(deskOf(snapshot), { file: 0, most: 10_000 }, {});
    const retained = naive.retainedSizes(heap);
    expect(boxes.value[0]).toBe(retained[snapshot.graph.rootNode]);
    boxes.id.forEach((id, box) => {
      if (id === 0) return;
      const object = snapshot.objectById(id)!;
      expect(boxes.value[box]).toBe(retained[object.node]);
      if (boxes.parent[box] !== -1) expect(boxes.id[boxes.parent[box]!]).toBe(object.dominator!.id);
    });
  }, 100);
});

it("refuses an id that is not there", async () => {
  const { snapshot } = await drawHeap("global -a-> a:A(8)");
  await expect(answerBoxes(deskOf(snapshot), { file: 0, id: 999_999, most: 5 }, {})).rejects.toThrow(
    LinkError,
  );
});
