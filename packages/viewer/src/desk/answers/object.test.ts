import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { openSnapshot, type HeapSnapshot } from "@heapscope/engine";
import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import type { ObjectAnswer } from "../../protocol/index.ts";
import { createDesk, type Desk } from "../desk.ts";

/** Any order, the same for both sides. */
function compare(a: number | string | undefined, b: number | string | undefined): number {
  return String(a) < String(b) ? -1 : 1;
}

function deskOf(...snapshots: readonly HeapSnapshot[]): Desk {
  const desk = createDesk();
  for (const snapshot of snapshots) desk.add({ name: "drawn", open: () => Promise.resolve(snapshot) });
  return desk;
}

async function ask(drawing: string, name: string, previewFrom?: number): Promise<ObjectAnswer> {
  const { snapshot, nodes } = await drawHeap(drawing);
  const id = snapshot.object(nodes[name]!).id;
  return await deskOf(snapshot).answer("object", { file: 0, id, previewFrom });
}

function lines(answer: ObjectAnswer): string[] {
  return answer.preview.map(({ kind, name, value }) => `${kind} ${name}: ${value}`);
}

describe("the answer about an object", () => {
  it("lists its properties, and behind them what is V8's", async () => {
    const answer = await ask(
      `
      global -store-> store:Store(40)@11
      store -__proto__-> proto:Object@13
      store =map=> map:shape:"system / Map"@15
      store -name-> name:string:"main"@17
      store -run-> run:closure:run@19
      store -[0]-> Session@21
    `,
      "store",
    );
    expect(answer.title).toBe("Store");
    expect(lines(answer)).toEqual([
      'field name: "main"',
      "field run: function run() @19",
      "item [0]: Session @21",
      "internal __proto__: {} @13",
      "internal map: (Map) @15",
    ]);
    expect(answer.previewTotal).toBe(5);
    expect(answer.path.map(({ edge, node }) => `${edge} ${node}`)).toEqual(["global global", ".store Store"]);
    expect(answer.dominators.map(({ name }) => name)).toEqual(["global"]);
  });

  it("reads the entries of a Map, with objects as keys and small numbers that the file leaves out", async () => {
    const answer = await ask(
      `
      global -rooms-> rooms:Map(32)
      rooms =table=> table:array:""(200)
      table ="5"=> key:string:"a"@31, ="6"=> Room@33
      table ="8"=> User@35, ="9"=> Room2:Room@37
      table ="11"=> last:string:"b"@39
    `.replace(/table ="(\d+)"=> ([^,]+), ="(\d+)"=> (.+)/g, 'table ="$1"=> $2\n table ="$3"=> $4'),
      "rooms",
    );
    expect(answer.title).toBe("Map(at least 3)");
    expect(lines(answer).slice(0, 3)).toEqual([
      'entry "a": Room @33',
      "entry User @35: Room @37",
      'entry "b": ',
    ]);
    expect(answer.preview[1]?.keyId).toBe(35);
    expect(answer.preview[2]?.valueType).toBe("absent");
  });

  it("reads a Set", async () => {
    const answer = await ask(
      `
      global -tags-> tags:Set(32)
      tags =table=> table:array:""(200)
      table ="5"=> a:string:"a"
      table ="7"=> b:string:"b"
    `,
      "tags",
    );
    expect(answer.title).toBe("Set(at least 2)");
    expect(lines(answer).slice(0, 2)).toEqual(['entry : "a"', 'entry : "b"']);
  });

  it("tells gaps between the items of an array", async () => {
    const answer = await ask(
      `
      global -list-> list:Array(32)@11
      list -[0]-> A@13
      list -[4]-> B@15
      list -[6]-> C@17
      list -extra-> D@19
    `,
      "list",
    );
    expect(answer.title).toBe("Array(at least 7)");
    expect(lines(answer)).toEqual([
      "item [0]: A @13",
      "item [1 … 3]: ",
      "item [4]: B @15",
      "item [5]: ",
      "item [6]: C @17",
      "field extra: D @19",
    ]);
  });

  it("gives a page of very many items, which follow each other from page to page", async () => {
    const items = Array.from({ length: 1000 }, (_, i) => `list -[${i}]-> i${i}:Item`).join("\n");
    const drawing = `global -list-> list:Array(32)\n${items}`;
    const names: string[] = [];
    for (const from of [0, 200, 400, 600, 800])
      names.push(...(await ask(drawing, "list", from)).preview.map(({ name }) => name));
    expect(names).toEqual(Array.from({ length: 1000 }, (_, i) => `[${i}]`));
    expect((await ask(drawing, "list", 5000)).preview).toEqual([]);
  });

  it("tells the length of a text that was added to 50,000 times, and reads any part of it", async () => {
    const parts = 50_000;
    const drawing = Array.from({ length: parts }, (_, at) => {
      const rest = at === parts - 1 ? "s0:string:a" : `r${at + 1}:"concatenated string":""`;
      return `r${at} =first=> ${rest}\nr${at} =second=> ${at === 0 ? 's:string:"b"' : "s"}`;
    });
    const { snapshot, nodes } = await drawHeap(
      `global -log-> r0:"concatenated string":""\n${drawing.join("\n")}`,
    );
    const desk = deskOf(snapshot);
    const { id } = snapshot.object(nodes["r0"]!);
    const answer = await desk.answer("object", { file: 0, id });
    expect(answer.title).toBe("string of 50,001 characters");
    expect(answer.text).toMatchObject({ length: parts + 1, isCut: true });
    expect(answer.text?.isPartial).toBeUndefined();
    expect(answer.text?.value.slice(0, 3)).toBe("abb");
    const end = await desk.answer("text", { file: 0, id, from: parts - 1, length: 10 });
    expect(end).toEqual({ value: "bb", total: parts + 1 });
  });

  it("says 'at least' of a text without an end", async () => {
    const answer = await ask(
      `
      global -text-> loop:"concatenated string":""
      loop =first=> part:string:"ab"
      loop =second=> loop
    `,
      "loop",
    );
    expect(answer.title).toMatch(/^string of at least [\d,]{7,} characters$/);
    expect(answer.text).toMatchObject({ isPartial: true, isCut: true });
  });

  it("counts the retainers that their table shows: neither weak ones nor the root's own", async () => {
    const { snapshot, nodes } = await drawHeap(`
      root =gc=> a:A
      global -a-> a
      global -b-> b:B
      b -weak-> a
      b ~weak~> a
    `);
    const desk = deskOf(snapshot);
    const { id } = snapshot.object(nodes["a"]!);
    const { retainerCount } = await desk.answer("object", { file: 0, id });
    expect(snapshot.object(nodes["a"]!).retainerCount).toBeGreaterThan(retainerCount);
    const table = { table: "retainers", params: { file: 0, id } } as const;
    const { total } = await desk.answer("rows", { ...table, of: "", start: 0, count: 1 });
    expect(retainerCount).toBe(total);
  });

  it("shows the variables of a function", async () => {
    const answer = await ask(
      `
      global -serve-> serve:closure:serve(64)
      serve =context=> context:"system / Context"(40)
      context -(rooms)-> rooms:Map(32)@31
    `,
      "serve",
    );
    expect(answer.title).toBe("function serve()");
    expect(lines(answer)[0]).toBe("variable rooms: Map @31");
  });

  it("gives the values of strings, ropes, numbers and booleans", async () => {
    const drawing = `
      global -text-> text:string:"${"x".repeat(300)}"(400)
      global -rope-> rope:cons(32)
      rope =first=> first:string:"ab"
      rope =second=> second:string:"cd"
      global -number-> number:number:"heap number"
      number =value=> value:string:"42.5"
      global -yes-> yes:hidden:true
      global -expression-> expression:regexp:"a+"
    `;
    expect((await ask(drawing, "text")).text).toEqual({ value: "x".repeat(300), length: 300, isCut: false });
    expect((await ask(drawing, "text")).title).toBe("string of 300 characters");
    expect((await ask(drawing, "rope")).text).toEqual({ value: "abcd", length: 4, isCut: false });
    expect((await ask(drawing, "number")).text?.value).toBe("42.5");
    expect((await ask(drawing, "yes")).text?.value).toBe("true");
    expect((await ask(drawing, "expression")).text?.value).toBe("/a+/");
    const holder = await ask(drawing, "global");
    expect(lines(holder)).toContain("field number: 42.5");
  });

  it("gives a part of a text, and says that other objects have none", async () => {
    const { snapshot, nodes } = await drawHeap(`global -text-> text:string:"abcdef"(400)`);
    const desk = deskOf(snapshot);
    const { id } = snapshot.object(nodes["text"]!);
    expect(await desk.answer("text", { file: 0, id, from: 2, length: 3 })).toEqual({
      value: "cde",
      total: 6,
    });
    expect(await desk.answer("text", { file: 0, id, from: 6, length: 3 })).toEqual({ value: "", total: 6 });
  });

  it("finds the object in other snapshots of the process, and in no others", async () => {
    const drawing = "global -cache-> cache:Cache(40)@11 -entry-> Entry(8)@13";
    const [first, second, other] = await Promise.all([
      drawHeap(drawing),
      drawHeap(`${drawing}, cache -more-> Entry2:Entry(100)@15`.replace(", cache", "\ncache")),
      drawHeap("global -other-> other:Other(40)@11 -entry-> Thing(8)@13"),
    ]);
    const desk = deskOf(first.snapshot, second.snapshot, other.snapshot);
    const answer = await desk.answer("object", { file: 0, id: 11 });
    expect(answer.alsoIn).toEqual([{ file: 1, retainedSize: 148 }]);
  });

  it("cuts long names, and reads no more of them than it shows", async () => {
    const { snapshot, nodes } = await drawHeap(`global -long-> long:${"L".repeat(1000)}(8)`);
    const answer = await deskOf(snapshot).answer("object", {
      file: 0,
      id: snapshot.object(nodes["long"]!).id,
    });
    expect(answer.object).toMatchObject({ name: "L".repeat(300), isCut: true, className: "L".repeat(300) });
  });
});

describe("of a real program", () => {
  it("has pages that are together what the object refers to", async () => {
    const path = new URL(
      "../../../../../fixtures/snapshots/node-24-default.heapsnapshot.gz",
      import.meta.url,
    );
    const snapshot = await openSnapshot(gunzipSync(readFileSync(path)));
    const desk = deskOf(snapshot);
    let checked = 0;
    for (let node = 0; node < snapshot.graph.nodeCount; node++) {
      const object = snapshot.object(node);
      if (
        object.edgeCount < 300 ||
        object.type === "closure" ||
        object.name === "Map" ||
        object.name === "Set"
      )
        continue;
      if (checked++ === 30) break;
      const ids: (number | undefined)[] = [];
      for (let from = 0; ; from += 200) {
        const answer = await desk.answer("object", { file: 0, id: object.id, previewFrom: from });
        ids.push(...answer.preview.filter((line) => line.valueType !== "absent").map((line) => line.id));
        if (from + 200 >= answer.previewTotal) break;
      }
      expect(ids.sort(compare)).toEqual(
        object
          .edges()
          .map((edge) => edge.to.id)
          .sort(compare),
      );
    }
    expect(checked).toBeGreaterThan(5);
  });
});
