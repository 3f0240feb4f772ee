import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryHeap } from "../random/arbitrary-heap.ts";
import { runParameters } from "../random/run-parameters.ts";
import { formatDrawing } from "./format-drawing.ts";
import { DrawingError, parseDrawing } from "./parse-drawing.ts";

/** Edges as `from type:name to`, which is what most of these tests are about. */
function edgesOf(drawing: string): string[] {
  const { heap, nodes } = parseDrawing(drawing);
  const names = Object.keys(nodes);
  return heap.nodes.flatMap((node, from) =>
    node.edges.map((edge) => `${names[from]} ${edge.type}:${JSON.stringify(edge.name)} ${names[edge.to]}`),
  );
}

describe("a drawing", () => {
  it("stands on a root, (GC roots) and a user root that weigh nothing", () => {
    const { heap, nodes } = parseDrawing("global -a-> A(8)");
    expect(nodes).toEqual({ root: 0, gcRoots: 1, global: 2, A: 3 });
    expect(heap.nodes.map(({ type, name, selfSize }) => [type, name, selfSize])).toEqual([
      ["synthetic", "", 0],
      ["synthetic", "(GC roots)", 0],
      ["object", "global", 0],
      ["object", "A", 8],
    ]);
    expect(edgesOf("global -a-> A")).toEqual([
      "root element:1 gcRoots",
      'root shortcut:"2" global',
      'global property:"a" A',
    ]);
  });

  it("draws its own roots once it mentions the root", () => {
    expect(edgesOf("root -> gcRoots, context:hidden\ngcRoots -> A")).toEqual([
      "root element:1 gcRoots",
      'root shortcut:"2" context',
      "gcRoots element:1 A",
    ]);
    expect(Object.keys(parseDrawing("A -> B\nroot -> A").nodes)).toEqual(["root", "A", "B"]);
  });

  it("tells edge types by the stroke and the bracket", () => {
    const drawing = `
      A -p-> B
      A -[3]-> B
      A -(x)-> B
      A =map=> B
      A =[7]=> B
      A ~w~> B
      A ..s..> B
      A -"odd, name"-> B
      A -m:mystery-> B`;
    expect(edgesOf(drawing).slice(2)).toEqual([
      'A property:"p" B',
      "A element:3 B",
      'A context:"x" B',
      'A internal:"map" B',
      "A hidden:7 B",
      'A weak:"w" B',
      'A shortcut:"s" B',
      'A property:"odd, name" B',
      'A mystery:"m" B',
    ]);
  });

  it("names an edge without a label for its target", () => {
    expect(edgesOf("A -> B => C ~> D ..> E").slice(2)).toEqual([
      'A property:"B" B',
      'B internal:"C" C',
      'C weak:"D" D',
      'D shortcut:"E" E',
    ]);
    expect(edgesOf("list:array -> B, C").slice(2)).toEqual(["list element:1 B", "list element:2 C"]);
  });

  it("connects every node of a group with every node of the next", () => {
    expect(edgesOf("A, B -x-> C, D").slice(2)).toEqual([
      'A property:"x" C',
      'A property:"x" D',
      'B property:"x" C',
      'B property:"x" D',
    ]);
  });

  it("reads types, raw names and every detail of a node", () => {
    const { heap, nodes } = parseDrawing(`
      A:Map(40)@71 -> s:string(20), t:cons:"a b", u:"string", f:closure:run<12:3:5>^4, d:native:div!detached
      A -> late
      late:hidden:"system / Map"(8)`);
    const of = (name: string) => heap.nodes[nodes[name]!]!;
    expect(of("A")).toMatchObject({ type: "object", name: "Map", selfSize: 40, id: 71 });
    expect(of("s")).toMatchObject({ type: "string", name: "s", selfSize: 20 });
    expect(of("t")).toMatchObject({ type: "concatenated string", name: "a b", selfSize: 16 });
    expect(of("u")).toMatchObject({ type: "object", name: "string" });
    expect(of("f")).toMatchObject({
      type: "closure",
      name: "run",
      location: { scriptId: 12, line: 3, column: 5 },
      traceNodeId: 4,
    });
    expect(of("d")).toMatchObject({ type: "native", detachedness: 2 });
    expect(of("d").id % 2).toBe(0);
    expect(of("late")).toMatchObject({ type: "hidden", name: "system / Map", selfSize: 8 });
  });

  it("writes a WeakMap entry as V8 does: two internal edges whose labels differ in the leading number", () => {
    expect(edgesOf("table:array:Table@9{key:Session@11 => value:Meta@13}\nkey -> table").slice(2)).toEqual([
      'table internal:"1 / part of key (Session @11) -> value (Meta @13) pair in WeakMap (table @9)" value',
      'key internal:"1 / part of key (Session @11) -> value (Meta @13) pair in WeakMap (table @9)" value',
      'key property:"table" table',
    ]);
    expect(edgesOf("key -> x\nt{key => v}")).toContainEqual(
      expect.stringContaining('key internal:"2 / part of key'),
    );
  });

  it("ignores comments, and a # inside quotes is none", () => {
    expect(edgesOf('# nothing\nA -"#"-> B # something').slice(2)).toEqual(['A property:"#" B']);
  });

  it.each([
    ["A ->", "line 1, column 5: expected a node's name"],
    ["A\nA -x B", "line 2, column 5: expected `->` after the label"],
    ["A -[x]-> B", "line 1, column 6: expected a number in the brackets"],
    ["A(8)\nA(9) -> B", "line 2, column 5: size of A is given twice"],
    ["A % B", "line 1, column 3: expected an arrow"],
    ["A{B -> C}", "line 1, column 5: expected `=>` between the key and the value"],
    ["A{B => C} D", "line 1, column 11: expected the end of the line"],
  ])("says where it cannot be read: %j", (drawing, message) => {
    expect(() => parseDrawing(drawing)).toThrow(DrawingError);
    expect(() => parseDrawing(drawing)).toThrow(message);
  });

  it("is what formatDrawing prints, for every heap", () => {
    fc.assert(
      fc.property(arbitraryHeap(), (heap) => {
        expect({
          ...parseDrawing(formatDrawing(heap)).heap,
          extraNativeBytes: heap.extraNativeBytes,
        }).toEqual(heap);
      }),
      runParameters(300),
    );
  });
});
