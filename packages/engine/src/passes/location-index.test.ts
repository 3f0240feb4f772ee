import { array, assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { LocationIndex } from "./location-index.ts";

const NODES = 100;

/** Rows as a file has them: in any order, several for one node. */
const anyRows = array(
  record({ node: integer({ min: 0, max: NODES - 1 }), place: integer({ min: 0, max: 3 }) }),
  { maxLength: 60 },
);

test("finds the last row of each node, and none of others", () => {
  assert(
    property(anyRows, (rows) => {
      const places = {
        count: 4,
        scriptId: Uint32Array.of(7, 7, 8, 9),
        line: Uint32Array.of(0, 1, 2, 3),
        column: Uint32Array.of(4, 5, 6, 7),
      };
      const index = new LocationIndex({
        nodeCount: NODES,
        locations: {
          count: rows.length,
          node: Uint32Array.from(rows, ({ node }) => node),
          place: Uint32Array.from(rows, ({ place }) => place),
          places,
        },
      });
      for (let node = 0; node < NODES; node++) {
        const row = rows.findLastIndex((each) => each.node === node);
        expect(index.rowOf(node)).toBe(row);
        const place = rows[row]?.place;
        expect(index.locationOf(node)).toEqual(
          place === undefined
            ? undefined
            : { scriptId: places.scriptId[place], line: places.line[place], column: places.column[place] },
        );
      }
    }),
  );
});
