import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { CancelledError, ProfileFormatError } from "../errors.ts";
import { findCallers } from "./callers.ts";
import { isProfileStart, openProfile } from "./open-profile.ts";
import { parseProfile } from "./parse-profile.ts";
import { forEachCallee, type Profile } from "./profile.ts";

const read = (name: string): Uint8Array =>
  gunzipSync(readFileSync(new URL(`../../../../fixtures/profiles/${name}.gz`, import.meta.url)));
const text = (name: string): string => Buffer.from(read(name)).toString();
const frame = (functionName: string, lineNumber = 0): object => ({
  functionName,
  scriptId: "1",
  url: "/a.js",
  lineNumber,
  columnNumber: 0,
});

/** The calls as an indented text, with own and total values. */
function print({ tree, functions }: Profile): string {
  const depth: number[] = [];
  let lines = "";
  for (let call = 0; call < tree.count; call++) {
    depth.push(call === 0 ? 0 : depth[tree.parent[call]] + 1);
    lines += `${"  ".repeat(depth[call])}${functions[tree.functionOf[call]].name} ${tree.selfValue[call]} ${tree.totalValue[call]}\n`;
  }
  return lines;
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ProfileFormatError);
    return (error as Error).message;
  }
  return "";
}

describe("files of Node 24", () => {
  it("reads a heap profile whole", async () => {
    const profile = await openProfile(read("node-24-orders.heapprofile"));
    expect(profile).toMatchObject({ kind: "heap", unit: "bytes" });
    const sizes = text("node-24-orders.heapprofile").matchAll(/"selfSize":(\d+)/gu);
    expect(profile.total).toBe(Array.from(sizes).reduce((sum, [, size]) => sum + Number(size), 0));
    const price = profile.functions.find(({ name }) => name === "price");
    expect(price).toEqual({ name: "price", url: "/srv/shop/price-orders.cjs", line: 10, column: 14 });
  });

  it("reads a CPU profile whole", async () => {
    const profile = await openProfile(read("node-24-orders.cpuprofile"));
    expect(profile).toMatchObject({ kind: "cpu", unit: "microseconds" });
    const json = JSON.parse(text("node-24-orders.cpuprofile")) as {
      nodes: unknown[];
      timeDeltas: number[];
    };
    expect(profile.tree.count).toBe(json.nodes.length);
    // From the first sample to the last, and one average more.
    const between = json.timeDeltas.slice(1).reduce((sum, delta) => sum + delta, 0);
    expect(profile.total).toBeCloseTo(between + between / (json.timeDeltas.length - 1), 3);
  });

  it("counts a function that calls itself once", async () => {
    const profile = await openProfile(read("node-24-orders.cpuprofile"));
    for (const row of findCallers(profile, [])) {
      expect(row.totalValue).toBeLessThanOrEqual(profile.total + 1e-6);
      expect(row.selfValue).toBeLessThanOrEqual(row.totalValue + 1e-6);
    }
    const total = profile.functions.findIndex(({ name }) => name === "total");
    // Its callers are the arrow functions in `total` itself and in `close`.
    const callers = findCallers(profile, [total]).map((row) => profile.functions[row.function]);
    expect(callers.map(({ name, line }) => `${name}:${line}`).sort()).toEqual([":31", ":7"]);
  });

  it("gives the same in chunks of any size", async () => {
    const bytes = read("node-24-orders.heapprofile");
    const whole = parseProfile(text("node-24-orders.heapprofile"));
    const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) =>
      bytes.slice(i * 7, i * 7 + 7),
    );
    expect(print(await openProfile(chunks))).toBe(print(whole));
  });

  it("is told from a snapshot by its beginning", () => {
    const start = (head: string): boolean => isProfileStart(new TextEncoder().encode(head));
    expect(isProfileStart(read("node-24-orders.heapprofile"))).toBe(true);
    expect(isProfileStart(read("node-24-orders.cpuprofile"))).toBe(true);
    expect(start('\n{ "nodes" : [')).toBe(true);
    expect(start('{"snapshot":{"meta":')).toBe(false);
    expect(start("")).toBe(false);
  });
});

describe.each([
  ["node-24-orders.heapprofile", "/srv/shop/price-orders.cjs"],
  ["node-24-orders.cpuprofile", "file:///srv/shop/price-orders.cjs"],
  ["chromium-orders.heapprofile", "http://shop.test/price-orders.js"],
  ["bun-orders.cpuprofile", "file:///srv/shop/price-orders.cjs"],
])("%s", (name, url) => {
  const profile = parseProfile(text(name));
  const { tree, functions, total } = profile;
  const add = (values: Iterable<number>): number => Array.from(values).reduce((sum, each) => sum + each, 0);

  it("comes to what the file says", () => {
    expect(isProfileStart(read(name))).toBe(true);
    const sizes = Array.from(text(name).matchAll(/"selfSize":(\d+)/gu), ([, size]) => Number(size));
    const { timeDeltas = [] } = JSON.parse(text(name)) as { timeDeltas?: number[] };
    // From the first sample to the last, and one average more.
    const between = add(timeDeltas.slice(1));
    const expected = sizes.length > 0 ? add(sizes) : between + between / (timeDeltas.length - 1);
    expect(total).toBeGreaterThan(0);
    expect(total).toBeCloseTo(expected, 3);
    expect(functions).toContainEqual({ name: "price", url, line: 10, column: 14 });
  });

  it("adds up from the top down", () => {
    for (let call = 0; call < tree.count; call++) {
      let sum = tree.selfValue[call]!;
      forEachCallee(tree, call, (callee) => (sum += tree.totalValue[callee]!));
      expect(tree.totalValue[call]).toBeCloseTo(sum, 3);
    }
    expect(add(tree.selfValue)).toBeCloseTo(total, 3);
  });

  it("adds up from the bottom up", () => {
    const rows = findCallers(profile, []);
    // All but what is the root's own.
    expect(add(rows.map(({ selfValue }) => selfValue))).toBeCloseTo(total - tree.selfValue[0]!, 3);
    for (const row of rows) {
      expect(row.totalValue).toBeLessThanOrEqual(total + 1e-6);
      // What the callers' calls cost is what the function cost, but for calls right from the root.
      const fromRoot = tree.selfValue.filter(
        (_, call) => tree.functionOf[call] === row.function && tree.parent[call] === 0,
      );
      const callers = findCallers(profile, [row.function]).map(({ selfValue }) => selfValue);
      expect(add(callers) + add(fromRoot)).toBeCloseTo(row.selfValue, 3);
    }
  });
});

describe("forms", () => {
  const times = { samples: [2, 3, 3, 2], timeDeltas: [5, 10, 20, 30], startTime: 100, endTime: 200 };
  const expected = "(root) 0 80\n  a 30 80\n    b 50 50\n";

  it("reads children by their ids", () => {
    const nodes = [
      { id: 1, callFrame: frame("(root)"), children: [2] },
      { id: 2, callFrame: frame("a"), children: [3] },
      { id: 3, callFrame: frame("b") },
    ];
    // 10 of `a`, 20 and 30 of `b`, and 20, the average, of `a`.
    expect(print(parseProfile(JSON.stringify({ nodes, ...times })))).toBe(expected);
  });

  it("reads parents by their ids, and nodes in any order", () => {
    const nodes = [
      { id: 3, callFrame: frame("b"), parent: 2 },
      { id: 1, callFrame: frame("(root)") },
      { id: 2, callFrame: frame("a"), parent: 1 },
    ];
    expect(print(parseProfile(JSON.stringify({ nodes, ...times })))).toBe(expected);
  });

  it("sorts samples whose times go back", () => {
    const nodes = [
      { id: 1, callFrame: frame("(root)"), children: [2, 3] },
      { id: 2, callFrame: frame("a") },
      { id: 3, callFrame: frame("b") },
    ];
    // Taken at 0 (a), 10 (b), 15 (a): in the file the last two are exchanged.
    const file = { nodes, samples: [2, 2, 3], timeDeltas: [0, 15, -5], startTime: 0, endTime: 20 };
    expect(print(parseProfile(JSON.stringify(file)))).toBe("(root) 0 22.5\n  a 17.5 17.5\n  b 5 5\n");
  });

  it("shares the time among hits where samples have none", () => {
    const nodes = [
      { id: 1, callFrame: frame("(root)"), hitCount: 0, children: [2, 3] },
      { id: 2, callFrame: frame("a"), hitCount: 3 },
      { id: 3, callFrame: frame("b"), hitCount: 1 },
    ];
    expect(print(parseProfile(JSON.stringify({ nodes, startTime: 0, endTime: 400 })))).toBe(
      "(root) 0 400\n  a 300 300\n  b 100 100\n",
    );
  });

  it("reads the nested form of old, in seconds and from line 1", () => {
    const b = {
      functionName: "b",
      url: "/a.js",
      scriptId: "1",
      lineNumber: 7,
      columnNumber: 3,
      hitCount: 1,
      id: 2,
    };
    const head = { functionName: "(root)", hitCount: 0, id: 1, children: [b] };
    const profile = parseProfile(JSON.stringify({ head, startTime: 1, endTime: 1.5, samples: [2] }));
    expect(print(profile)).toBe("(root) 0 500000\n  b 500000 500000\n");
    expect(profile.functions[1]).toEqual({ name: "b", url: "/a.js", line: 6, column: 2 });
  });
});

describe("bottom up", () => {
  //  (root) → f(1) → g(2) → f(4) → h(8), and (root) → h(16)
  const call = (name: string, selfSize: number, ...children: object[]): object => ({
    callFrame: frame(name, name.charCodeAt(0)),
    selfSize,
    children,
  });
  const head = call("(root)", 0, call("f", 1, call("g", 2, call("f", 4, call("h", 8)))), call("h", 16));
  const profile = parseProfile(JSON.stringify({ head }));
  const rows = (...chain: string[]): string[] =>
    findCallers(
      profile,
      chain.map((name) => profile.functions.findIndex((each) => each.name === name)),
    ).map(
      (row) =>
        `${profile.functions[row.function].name} ${row.selfValue} ${row.totalValue}${row.hasCallers ? " …" : ""}`,
    );

  it("sums over all calls of a function, and counts recursion once", () => {
    expect(rows()).toEqual(["f 5 15 …", "g 2 14 …", "h 24 24 …"]);
  });

  it("follows the callers, without the root", () => {
    expect(rows("h")).toEqual(["f 8 8 …"]);
    expect(rows("h", "f")).toEqual(["g 8 8 …"]);
    expect(rows("h", "f", "g")).toEqual(["f 8 8"]);
    expect(rows("h", "f", "g", "f")).toEqual([]);
    expect(rows("f")).toEqual(["g 4 12 …"]);
    expect(rows("g", "h")).toEqual([]);
  });

  it("lists callees in the file's order", () => {
    const called: string[] = [];
    forEachCallee(profile.tree, 0, (at) => called.push(profile.functions[profile.tree.functionOf[at]].name));
    expect(called).toEqual(["f", "h"]);
  });
});

describe("what is no profile", () => {
  const cpu = (nodes: unknown, more: object = {}): string => JSON.stringify({ nodes, ...more });
  const root = { id: 1, callFrame: frame("(root)") };

  it.each([
    ["", "The file is empty. Record the profile again."],
    ['{"head":{"callFrame":{"funct', "The profile ends before it is complete. It was cut off"],
    ['{"head":{]', "The file is not JSON from character 9 on. The file is damaged"],
    ["[1]", "The file is JSON, but no profile."],
    ['{"a":1}', 'The file has neither "head" nor a list of "nodes".'],
    ['{"head":{"children":[]}}', 'The calls below "head" have no "selfSize".'],
    ['{"head":{"selfSize":-1}}', "A selfSize is not a number from 0 on."],
    ['{"head":{"selfSize":1e999}}', "A selfSize is not a number from 0 on."],
    ['{"head":{"selfSize":0,"children":{}}}', "The children of the profile are no list."],
    ['{"head":{"selfSize":0,"children":[7]}}', "Number 0 in a list of children is no object."],
    [cpu([]), "The profile has no nodes."],
    [cpu([{}]), "Node 0 of the profile has no id."],
    [cpu([root, root]), "Two nodes of the profile have the id 1."],
    [cpu([{ id: 1, children: [2] }]), "A node of the profile names another one that is not there."],
    [cpu([{ id: 1, children: [1] }]), "The profile has 0 roots in place of one."],
    [
      cpu([root, { id: 2, parent: 3 }, { id: 3, parent: 2 }]),
      "2 nodes of the profile are not called by its root.",
    ],
    [
      cpu([{ id: 1, children: [3] }, { id: 2, children: [3] }, { id: 3 }]),
      "A node of the profile has two callers.",
    ],
    [cpu([root], { samples: [1], timeDeltas: [] }), "The profile has 1 samples, but the times of 0."],
    [
      cpu([root], { samples: [9], timeDeltas: [1] }),
      "Sample 0 of the profile is of a node that is not there.",
    ],
    [cpu([{ ...root, hitCount: 1 }]), "The profile tells neither when"],
  ])("%s", (file, message) => {
    expect(failure(() => parseProfile(file))).toContain(message);
  });

  it("is cut off anywhere", () => {
    const whole = text("node-24-orders.cpuprofile").trimEnd();
    for (let end = 0; end < whole.length; end += 997)
      expect(failure(() => parseProfile(whole.slice(0, end)))).not.toBe("");
  });

  it("is compressed, or cancelled", async () => {
    await expect(openProfile(Uint8Array.of(0x1f, 0x8b, 8))).rejects.toThrow(ProfileFormatError);
    await expect(openProfile(new Uint8Array(1), { signal: { aborted: true } })).rejects.toThrow(
      CancelledError,
    );
  });
});

it("reads calls that are nested 200,000 deep", () => {
  const levels = 200_000;
  const node = '{"callFrame":{"functionName":"f"},"selfSize":1,"children":[';
  const profile = parseProfile(`{"head":${node.repeat(levels)}${"]}".repeat(levels)}}`);
  expect(profile.total).toBe(levels);
  expect(findCallers(profile, [0])).toEqual([
    { function: 0, selfValue: levels - 2, totalValue: levels - 2, hasCallers: true },
  ]);
});
