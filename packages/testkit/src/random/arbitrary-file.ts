/**
 * Random snapshot files for the tests of the reader: everything that a file may hold, in any valid spelling.
 */
import * as fc from "fast-check";
import { formatHeap } from "../file/format-heap.ts";
import type { PlainHeap, PlainTraceNode } from "../plain-heap.ts";
import { arbitraryHeap, arbitraryLayout } from "./arbitrary-heap.ts";
import { drawFrom, writeOddly } from "./write-oddly.ts";

/** Strings of everything that is hard for a tokenizer, lone surrogates included. */
function arbitraryText(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom("\b", "\t", "\n", "\f", "\r", '"', "\\", "/", "\u0000", "\u001f", "\u007f", "\u0080"),
    fc.constantFrom(
      "é",
      "\u07ff",
      "\u0800",
      "€",
      "\ufeff",
      "\uffff",
      "😀",
      "\u{10ffff}",
      "\ud800",
      "\udfff",
      "\u2028",
    ),
    fc.constantFrom("a", "]", "}", ",", '":', "u0041", "\\u0041"),
  );
  return fc.array(unit, { maxLength: 12 }).map((units) => units.join(""));
}

/** A heap with hard names, a timeline's tables, and sizes beyond 32 bits. */
export function arbitraryFileHeap(): fc.Arbitrary<PlainHeap> {
  const tables = fc.record({
    texts: fc.array(arbitraryText(), { minLength: 1, maxLength: 6 }),
    samples: fc.array(
      fc.record({ timestampUs: fc.nat(), lastAssignedId: fc.nat() }, { noNullPrototype: true }),
      {
        maxLength: 3,
      },
    ),
    traceTree: fc.option(arbitraryTraceNode(3), { nil: undefined }),
  });
  return fc.tuple(arbitraryHeap(), tables).map(([heap, { texts, samples, traceTree }]) => {
    heap.nodes.forEach((node, index) => {
      if (index % 2 === 0) node.name = texts[index % texts.length]!;
      for (const edge of node.edges)
        if (typeof edge.name === "string") edge.name += texts[edge.to % texts.length]!;
    });
    heap.samples = samples;
    heap.traceTree = traceTree;
    if (traceTree !== undefined) {
      const [name, scriptName] = [texts[0]!, texts.at(-1)!];
      heap.traceFunctions = [{ functionId: 1, name, scriptName, scriptId: 3, line: 1, column: 2 }];
    }
    return heap;
  });
}

function arbitraryTraceNode(depth: number): fc.Arbitrary<PlainTraceNode> {
  const children: fc.Arbitrary<PlainTraceNode[]> =
    depth === 0
      ? fc.constant<PlainTraceNode[]>([])
      : fc.array(arbitraryTraceNode(depth - 1), { maxLength: 2 });
  return fc.record(
    {
      id: fc.nat(1000),
      functionIndex: fc.constant(0),
      count: fc.nat(100),
      size: fc.nat(100_000),
      children,
    },
    { noNullPrototype: true },
  );
}

/** The text of a file: sections after `snapshot` in any order, unknown ones between them, odd white space and escapes. */
export function arbitraryFileText(): fc.Arbitrary<string> {
  const seed = fc.integer();
  return fc.tuple(arbitraryFileHeap(), arbitraryLayout(), seed).map(([heap, layout, number]) => {
    const draw = drawFrom(number);
    const file = JSON.parse(formatHeap(heap, layout)) as Record<string, unknown>;
    const { snapshot, ...sections } = file;
    if (draw(3) === 0) {
      sections["a_section_from_the_future"] = [
        1,
        -2.5e3,
        null,
        true,
        { strings: ["]}", "\\"], nodes: [[]] },
        "\u0000",
      ];
      sections["empty"] = draw(2) === 0 ? {} : "";
    }
    const order = Object.entries(sections);
    if (draw(2) === 0) for (let i = order.length - 1; i > 0; i--) swap(order, i, draw(i + 1));
    return writeOddly({ snapshot, ...Object.fromEntries(order) }, draw);
  });
}

function swap<T>(list: T[], a: number, b: number): void {
  [list[a], list[b]] = [list[b]!, list[a]!];
}
