import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDrawing } from "../drawing/parse-drawing.ts";
import { arbitraryHeap } from "../random/arbitrary-heap.ts";
import { runParameters } from "../random/run-parameters.ts";
import { formatHeap } from "./format-heap.ts";
import { layoutOf, runtimeNames, withoutDetachedness } from "./layout.ts";
import { parseWithJson, plainHeapOf } from "./parse-with-json.ts";

const heap = parseDrawing('global -"é"-> A:Map(40)<12:3:5>^7 -[3]-> B:"object shape":"\\u007f"(8)').heap;

/** The file as JSON sees it. */
function parse(text: string) {
  return JSON.parse(text) as {
    snapshot: { meta: Record<string, unknown[]> };
    nodes: number[];
    strings: string[];
  };
}

describe("a heap as a file", () => {
  it.each(runtimeNames)("holds the same heap in the layout of %s", (runtime) => {
    fc.assert(
      fc.property(arbitraryHeap(), (written) => {
        const read = plainHeapOf(parseWithJson(formatHeap(written, layoutOf(runtime))));
        expect(read.nodes).toEqual(written.nodes);
      }),
      runParameters(50),
    );
  });

  it("has rows of six fields on Node 24 and 26, of seven before and in timelines", () => {
    expect(parse(formatHeap(heap, layoutOf("node-22"))).nodes).toHaveLength(7 * heap.nodes.length);
    expect(parse(formatHeap(heap, layoutOf("node-24"))).nodes).toHaveLength(6 * heap.nodes.length);
    expect(parse(formatHeap(heap, layoutOf("node-26"))).nodes).toHaveLength(6 * heap.nodes.length);
    const timeline = formatHeap(heap, layoutOf("node-26", { timeline: true }));
    expect(parse(timeline).nodes).toHaveLength(7 * heap.nodes.length);
    expect(parseWithJson(timeline).nodeTraceId).toEqual([0, 0, 0, 7, 0]);
  });

  it("has one entry of node_types too many on Node 24 alone", () => {
    const surplus = (runtime: "node-20" | "node-24" | "node-26") => {
      const { meta } = parse(formatHeap(heap, layoutOf(runtime))).snapshot;
      return meta["node_types"]!.length - meta["node_fields"]!.length;
    };
    expect([surplus("node-20"), surplus("node-24"), surplus("node-26")]).toEqual([0, 1, 0]);
  });

  it("breaks the line after every row on Node 22 and between sections alone on Node 24", () => {
    const lines = (runtime: "node-22" | "node-24") => formatHeap(heap, layoutOf(runtime)).split("\n").length;
    expect(lines("node-22")).toBeGreaterThan(lines("node-24") + heap.nodes.length);
    expect(lines("node-24")).toBe(8);
  });

  it("escapes like V8, which leaves DEL as it is, or not at all, as Bun", () => {
    expect(formatHeap(heap, layoutOf("node-26"))).toContain('"\\u00E9"');
    expect(formatHeap(heap, layoutOf("node-26"))).toContain('"\u007f"');
    expect(formatHeap(heap, layoutOf("bun-1"))).toContain('"é"');
  });

  it("appends node and edge types that the runtime does not know", () => {
    const strange = parseDrawing("global -x:mystery-> A:enigma:A").heap;
    const tables = parseWithJson(formatHeap(strange, layoutOf("node-18")));
    expect(tables.nodeType).toContain("enigma");
    expect(tables.edgeType).toContain("mystery");
  });

  it("has scopes and locations of five fields in Chromium", () => {
    const text = formatHeap(heap, layoutOf("chromium-156"));
    expect(text).toContain('"scopes":[0,-2');
    expect(parseWithJson(text).locations).toEqual([{ node: 3, scriptId: 12, line: 3, column: 5 }]);
  });

  it("can lack the field that seeds DOM states", () => {
    const text = formatHeap(heap, withoutDetachedness(layoutOf("node-18")));
    expect(parseWithJson(text).nodeDetachedness).toBeUndefined();
  });

  it("keeps a timeline's samples and stacks", () => {
    const traced = {
      ...heap,
      samples: [{ timestampUs: 5, lastAssignedId: 9 }],
      traceFunctions: [{ functionId: 1, name: "(root)", scriptName: "", scriptId: 0, line: 0, column: 0 }],
      traceTree: {
        id: 1,
        functionIndex: 0,
        count: 0,
        size: 0,
        children: [{ id: 2, functionIndex: 0, count: 3, size: 48, children: [] }],
      },
    };
    const tables = parseWithJson(formatHeap(traced, layoutOf("node-26", { timeline: true })));
    expect(tables.samples).toEqual(traced.samples);
    expect(tables.traceFunctions).toEqual(traced.traceFunctions);
    expect(tables.traceTree.map(({ id, parent, size }) => [id, parent, size])).toEqual([
      [1, -1, 0],
      [2, 0, 48],
    ]);
  });

  it("names the root when it is not the first node", () => {
    const reversed = { ...parseDrawing("root").heap, root: 0 };
    const [root] = reversed.nodes;
    const last = { ...reversed, nodes: [{ ...root!, name: "first" }, root!], root: 1 };
    expect(parseWithJson(formatHeap(last)).rootNode).toBe(1);
  });
});
