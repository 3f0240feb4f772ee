import { array, assert, constantFrom, integer, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { EdgeSources } from "./edge-sources.ts";

/** How many edges each node has: mostly few or none, now and then more than are noted together. */
const anyDegrees = array(oneof(constantFrom(0, 0, 1, 2, 3), integer({ min: 0, max: 200 })), {
  minLength: 1,
  maxLength: 80,
});

test("finds the node of each edge, whatever nodes have none", () => {
  assert(
    property(anyDegrees, (degrees) => {
      const sourceOf = degrees.flatMap((degree, node) => new Array<number>(degree).fill(node));
      const firstEdge = new Uint32Array(degrees.length + 1);
      for (const [node, degree] of degrees.entries()) firstEdge[node + 1] = firstEdge[node]! + degree;
      const sources = new EdgeSources({ nodeCount: degrees.length, edgeCount: sourceOf.length, firstEdge });
      expect(sourceOf.map((_, edge) => sources.of(edge))).toEqual(sourceOf);
    }),
  );
});
