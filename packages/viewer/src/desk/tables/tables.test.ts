/** What single tables do besides listing: filters, ignored retainers, circles, merged paths. On drawings. */
import { listRetainers } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import type { MergedPathRow, ObjectRow, Order, TableName } from "../../protocol/index.ts";
import { createDesk, type Desk } from "../desk.ts";

async function deskOf(...drawings: readonly string[]): Promise<Desk> {
  const desk = createDesk();
  for (const drawing of drawings)
    desk.add({ name: "drawn", open: async () => (await drawHeap(drawing)).snapshot });
  await desk.answer("files", {});
  return desk;
}

function rows(desk: Desk, table: TableName, params: object, of = "", order?: Order) {
  return desk.answer("rows", { table, params: { file: 0, ...params }, of, order, start: 0, count: 500 });
}

describe("summary", () => {
  const drawing = `
    global -a-> a:Session(100)@11
    global -b-> b:Session(50)@13
    global -c-> c:Cache(30)@21
    c -text-> text:string:"x"(8)@23
  `;

  it("filters groups by name, and adds up what is left", async () => {
    const desk = await deskOf(drawing);
    const found = await rows(desk, "summary", { text: "sess" });
    expect(found).toMatchObject({ total: 1, sums: { count: 2, shallowSize: 150 } });
    expect((await rows(desk, "summary", { text: "/^S/" })).total).toBe(1);
    await expect(rows(desk, "summary", { text: "/(/" })).rejects.toMatchObject({ code: "bad-filter" });
  });

  it("counts only objects that pass a filter, and lists only those below", async () => {
    const desk = await deskOf(drawing);
    const only = { kind: "ids", after: 11, upTo: 21 };
    const { rows: groups, sums } = await rows(desk, "summary", { only });
    expect(sums).toEqual({ count: 2, shallowSize: 80 });
    const session = groups.find((row) => "className" in row && row.className === "Session");
    const below = await rows(desk, "summary", { only }, session?.children);
    expect((below.rows as ObjectRow[]).map(({ id }) => id)).toEqual([13]);
    const all = (await rows(desk, "summary", {})).rows;
    expect(all.find(({ key }) => key === session?.key)).toMatchObject({ count: 2 });
    expect(await desk.answer("locate", { table: "summary", params: { file: 0, only }, id: 11 })).toEqual([]);
  });

  it("tells what was allocated between two snapshots", async () => {
    const desk = await deskOf(drawing, `${drawing}\nglobal -late-> late:Late(10)@31`);
    await desk.answer("overview", { file: 1 });
    const found = await rows(desk, "summary", {
      file: 1,
      only: { kind: "allocated", after: 0, upTo: 1 },
    });
    expect(found).toMatchObject({ total: 1, sums: { count: 1, shallowSize: 10 } });
  });

  it("goes on below objects with their references, texts before numbers and __proto__ last", async () => {
    const desk = await deskOf(`
      global -it-> it:It(10)@11
      it -__proto__-> proto:Proto(100)
      it -[10]-> x:X(8)
      it -[9]-> y:Y(8)
      it -b-> b:B(8)
      it -a-> a:A(8)
    `);
    const names = async (descending: boolean): Promise<unknown[]> =>
      ((await rows(desk, "summary", {}, "o11", { by: "className", descending })).rows as ObjectRow[]).map(
        ({ edge }) => edge?.name,
      );
    expect(await names(false)).toEqual(["a", "b", "9", "10", "__proto__"]);
    expect(await names(true)).toEqual(["10", "9", "b", "a", "__proto__"]);
  });
});

describe("retainers", () => {
  const drawing = `
    global -near-> near:Near(8)@11 -leaf-> leaf:Leaf(8)@13
    near -next-> far:Far(8)@15 -leaf-> leaf
    leaf -back-> far
  `;

  it("goes towards the roots, nearest first, and ends in circles", async () => {
    const desk = await deskOf(drawing);
    const first = (await rows(desk, "retainers", { id: 13 })).rows as ObjectRow[];
    expect(first.map(({ name }) => name)).toEqual(["Near", "Far"]);
    const second = (await rows(desk, "retainers", { id: 13 }, first[1]!.children)).rows as ObjectRow[];
    expect(second.map(({ name, isCycle, children }) => [name, isCycle, children])).toEqual([
      ["Near", undefined, "r11.15.13"],
      ["Leaf", true, undefined],
    ]);
  });

  it("has the engine's order, by distance and then by name", async () => {
    const snapshot = await openFile(
      new URL("../../../../../fixtures/snapshots/node-24-default.heapsnapshot.gz", import.meta.url).pathname,
    );
    const desk = createDesk();
    desk.add({ name: "real", open: () => Promise.resolve(snapshot) });
    const held = Array.from({ length: 2000 }, (_, at) =>
      snapshot.object(Math.floor((at * snapshot.graph.nodeCount) / 2000)),
    );
    let compared = 0;
    for (const object of held) {
      const expected = listRetainers(object).map(({ edge, distance }) => [edge.from.id, distance]);
      if (expected.length < 3 || expected.length > 500) continue;
      const found = (await rows(desk, "retainers", { id: object.id })).rows as ObjectRow[];
      expect(found.map(({ id, distance }) => [id, distance])).toEqual(expected);
      compared++;
    }
    expect(compared).toBeGreaterThan(50);
  });

  it("leaves ignored ones where they are, last, and says what only they reach", async () => {
    const desk = await deskOf(drawing);
    const found = (await rows(desk, "retainers", { id: 13, ignored: [11] })).rows as ObjectRow[];
    const near = found.find(({ id }) => id === 11);
    const far = found.find(({ id }) => id === 15);
    expect(near).toMatchObject({ isIgnored: true });
    expect(near?.children).toBeUndefined();
    expect(far?.isUnreachable).toBe(true);
  });

  it("sorts by every field in both directions", async () => {
    const desk = await deskOf(drawing);
    for (const by of ["edge", "id", "distance", "shallowSize", "retainedSize"])
      for (const descending of [true, false])
        expect((await rows(desk, "retainers", { id: 13 }, "", { by, descending })).total).toBe(2);
    const ids = (
      (await rows(desk, "retainers", { id: 13 }, "", { by: "id", descending: true })).rows as ObjectRow[]
    ).map(({ id }) => id);
    expect(ids).toEqual([15, 11]);
  });
});

describe("merged paths", () => {
  const items = Array.from({ length: 1500 }, (_, i) => `list -[${i}]-> i${i}:Item(8)`).join("\n");

  it("takes an even sample of many objects, and says so", async () => {
    const desk = await deskOf(`global -list-> list:Array(32)\n${items}`);
    const groups = (await rows(desk, "summary", { text: "Item" })).rows;
    const { rows: top, isLimited } = await rows(desk, "mergedPaths", { group: groups[0]!.key });
    expect(isLimited).toBe(true);
    let row = top[0] as MergedPathRow;
    const steps = [row.edge];
    while (row.children !== undefined) {
      const below = await rows(desk, "mergedPaths", { group: groups[0]!.key }, row.children);
      expect(below.total).toBe(1);
      row = below.rows[0] as MergedPathRow;
      steps.push(row.edge);
    }
    expect(steps).toEqual(["global", ".list", "[…]"]);
    expect([row.count, row.ends]).toEqual([1000, 1000]);
  });

  it("leaves out paths of more than 1,000 steps", async () => {
    const links = Array.from({ length: 1200 }, (_, i) => `l${i} -next-> l${i + 1}:Link(8)`).join("\n");
    const desk = await deskOf(`global -list-> l0:Link(8)\n${links}
      l1 -near-> near:Item(8)@5001
      l1100 -far-> far:Item(8)@5003`);
    const first = async (id: number) => (await rows(desk, "mergedPaths", { ids: [id] })).sums;
    expect(await first(5001)).toMatchObject({ count: 1 });
    expect(await first(5003)).toMatchObject({ count: 0 });
  });

  it("takes paths as short as those of each object alone", async () => {
    const drawing = `
      global -hub-> hub:Hub(8)@11 -a-> a:Item(8)@13
      hub -next-> far:Far(8)@15 -a-> a
      far -b-> b:Item(8)@17
      weak:array(64){b => meta:Item(16)}
      global -weak-> weak
    `;
    const desk = await deskOf(drawing);
    for (const id of [13, 17, 11]) {
      const { path } = await desk.answer("object", { file: 0, id });
      const steps: string[] = [];
      for (let of: string | undefined = ""; of !== undefined;) {
        const row = (await rows(desk, "mergedPaths", { ids: [id] }, of)).rows[0] as MergedPathRow;
        steps.push(`${row.edge} ${row.node}`);
        of = row.children;
      }
      expect(steps).toEqual(path.map(({ edge, node }) => `${edge} ${node}`));
    }
  });
});
