/**
 * Where we differ from DevTools on purpose: one test for each entry of "Where we differ from DevTools" in
 * docs/format.md, which names these tests. What DevTools does instead is stated beside each.
 */
import { compareSnapshots, openSnapshot, SnapshotFormatError } from "@heapscope/engine";
import { drawFile, drawHeap, printPaths } from "@heapscope/testkit";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

it("ends retaining paths at any child of the root, also for an object that the global object holds", async () => {
  // DevTools: no paths for either, since it takes distance 2 for a root.
  const drawn = await drawHeap(`
    global -cache-> cache:Map(32)
    gcRoots -[1]-> handle:Handle(16)`);
  expect(printPaths(drawn, drawn.nodes["cache"]!, 5)).toBe("(root) global → .cache cache");
  expect(printPaths(drawn, drawn.nodes["handle"]!, 5)).toBe("[1] gcRoots → [1] handle");
});

it("counts sizes of 4 GiB and more exactly", async () => {
  // DevTools: modulo 2^32, so 5,000,000,000 would be 705,032,704.
  const { snapshot, nodes } = await drawHeap(`
    global -a-> a:Uint8Array(64) -buffer-> data:native:"system / JSArrayBufferData"(5000000000)
    global -b-> b:Holder(4294967295) =rest=> rest:array(1)`);
  expect(snapshot.object(nodes["data"]!).shallowSize).toBe(5_000_000_000);
  expect(snapshot.object(nodes["a"]!).retainedSize).toBe(5_000_000_064);
  expect(snapshot.object(nodes["b"]!).shallowSize).toBe(4_294_967_296);
  expect(snapshot.totalSize).toBe(9_294_967_360);
  expect(snapshot.statistics.native.typedArrays).toBe(5_000_000_000);
});

it("marks duplicate strings that V8 may have cut", async () => {
  // DevTools: lists both groups alike.
  const long = "x".repeat(1024);
  const { snapshot } = await drawHeap(`
    global -a-> a:string:"${long}"(1040), b:string:"${long}"(1040)
    global -c-> c:string:short(24), d:string:short(24)`);
  expect(snapshot.duplicateStrings.map(({ value, truncated }) => [value, truncated])).toEqual([
    [long, true],
    ["short", false],
  ]);
});

it("reads a string section that is longer than any JavaScript string", async () => {
  // DevTools: fails, since it joins the section to one string; V8 allows 536,870,888 characters.
  const lastString = "the last string";
  const file = drawFile(`global -a-> a:string:"${lastString}"(16)`);
  const end = file.lastIndexOf("]}");
  const mebibyte = encode(`,"${"s".repeat(2 ** 20 - 3)}"`);
  const { strings, graph } = await openSnapshot(
    (function* () {
      yield encode(file.slice(0, end));
      for (let i = 0; i < 513; i++) yield mebibyte;
      yield encode(`,"${lastString}"]}`);
    })(),
  );
  expect(strings.byteLength).toBeGreaterThan(2 ** 29);
  expect(strings.get(strings.length - 1)).toBe(lastString);
  expect(strings.get(graph.nodeName[graph.nodeCount - 1]!)).toBe(lastString);
});

it("gives groups keys that another process understands, beside DevTools' keys", async () => {
  // DevTools: only the first, in which 88 and 91 are script ids of two processes.
  const draw = (script: number) =>
    drawHeap(`
      global -session-> session:Session(48)<${script}:2:25>
      global -run-> run:closure(64)<${script}:0:10> =shared=> info:code(32) =script=> script:code(40)
      script =name=> url:string:"file:///srv/app/session.js"(40)`);
  const groups = await Promise.all(
    [88, 91].map(async (script) => {
      const { snapshot } = await draw(script);
      return snapshot.groups.find((group) => group.className === "Session")!;
    }),
  );
  expect(groups.map((group) => group.key)).toEqual(["88,2,25,Session", "91,2,25,Session"]);
  expect(new Set(groups.map((group) => group.portableKey))).toEqual(
    new Set(["/srv/app/session.js:3:26 Session"]),
  );
});

it("makes one group of classes of the same name", async () => {
  // DevTools: two classes with one key; the one that is met last hides the other.
  const { snapshot } = await drawHeap(`
    global -a-> a:object:RegExp(40)
    global -b-> b:regexp:"/x/"(56)`);
  const groups = snapshot.groups.filter((group) => group.className === "RegExp");
  expect(groups.map(({ key, count, shallowSize }) => [key, count, shallowSize])).toEqual([
    [",RegExp", 2, 96],
  ]);
});

it("compares groups instead of objects when ids do not mean the same in both snapshots", async () => {
  // DevTools: everything deleted and new, 12 and 13 of `Entry`.
  const draw = (count: number, firstId: number) =>
    drawHeap(
      Array.from({ length: count }, (_, i) => `global -e${i}-> e${i}:Entry(40)@${firstId + 2 * i}`).join(
        "\n",
      ),
    );
  const base = await draw(12, 1001);
  const target = await draw(13, 5001);
  const comparison = compareSnapshots(base.snapshot, target.snapshot);
  expect(comparison.matchedBy).toBe("group");
  expect(comparison.idCheck.reason).toMatch(/^Object ids do not mean the same in both snapshots/);
  expect(comparison.groups.map(({ className, added, removed }) => [className, added, removed])).toEqual([
    ["Entry", 1, 0],
  ]);
});

it("names the row of a comparison after its key, also when the group is gone in the target", async () => {
  // DevTools: after the class that the member with the highest id had in the base, here `{p}`.
  const base = await drawHeap(`
    global -a-> a:Object(24)<5:1:2>, b:Object(24)<5:1:2>, keep:Keep(16)
    a, b -p-> p:string:x(16)`);
  const target = await drawHeap("global -keep-> keep:Keep(16)@11");
  const { groups, matchedBy } = compareSnapshots(base.snapshot, target.snapshot);
  expect(matchedBy).toBe("id");
  expect(groups.map(({ key, className, removed }) => [key, className, removed])).toContainEqual([
    "5,1,2,Object",
    "Object",
    2,
  ]);
});

it("takes halves of a WeakMap entry for those of another when they lead to another node", async () => {
  // DevTools: the second half that it meets counts, wherever it leads: 3 for `other`.
  const label = "/ part of key (K @11) -> value (V @13) pair in WeakMap (table @9)";
  const { snapshot, nodes } = await drawHeap(`
    global -a-> a:A
    global -b-> b:B
    a ="1 ${label}"=> value:V
    b ="2 ${label}"=> other:V
    a -way-> middle:M
    middle -on-> other`);
  expect(snapshot.object(nodes["other"]!).distance).toBe(4);
});

it("takes the sections in any order, as long as the header comes before what it describes", async () => {
  // DevTools: expects V8's order.
  const { text, snapshot } = await drawHeap("global -a-> A(8)");
  const { snapshot: header, strings, ...sections } = JSON.parse(text) as Record<string, unknown>;
  const { edges, nodes, ...rest } = sections;
  const turned = await openSnapshot(
    encode(JSON.stringify({ strings, later: [[1], "x"], snapshot: header, edges, nodes, ...rest })),
  );
  expect(turned.totalSize).toBe(snapshot.totalSize);
  expect(turned.groups.map((group) => group.key)).toEqual(snapshot.groups.map((group) => group.key));
});

it("refuses a damaged number instead of reading another one", async () => {
  // DevTools: reads runs of digits, so that 9.5 is two numbers and -1 is 1.
  const text = drawFile("global -a-> A(8)");
  const damages = [
    ['"nodes":[9,1,1,0,', '"nodes":[9,1,1,0.5,'],
    ['"nodes":[9,1,1,0,', '"nodes":[9,1,1,-1,'],
    ['"nodes":[9,1,1,0,', '"nodes":[9,1,1,1e3,'],
    ['"nodes":[9,1,1,0,', '"nodes":[9,1,01,0,'],
  ] as const;
  for (const [whole, damaged] of damages) {
    expect(text).toContain(whole);
    await expect(openSnapshot(encode(text.replace(whole, damaged))), damaged).rejects.toThrow(
      SnapshotFormatError,
    );
  }
});

it("is what docs/format.md lists", () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
  const section = (title: string): string =>
    read("../../../../docs/format.md").split(`## ${title}\n`)[1]!.split("\n## ")[0]!;
  const listed = section("Where we differ from DevTools");
  const inDocument = [...listed.matchAll(/^ *Test: `(.+)`$/gm)].map(([, name]) => name);
  const inThisFile = [...read("differences.test.ts").matchAll(/^it\("(.+)", (?:async )?\(\)/gm)].map(
    ([, name]) => name,
  );
  expect([...inDocument, "is what docs/format.md lists"].toSorted()).toEqual(inThisFile.toSorted());

  // The limits of the viewer have their tests in several files.
  const limits = section("Where the viewer stops");
  const named = [...limits.matchAll(/^ *Test: `(.+)`\s+\(`(.+)`\)$/gm)];
  expect(named).toHaveLength(limits.match(/^- /gm)!.length);
  for (const [, name, file] of named) expect(read(`../../../../${file}`)).toContain(`it("${name}"`);
});
