import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { exactDivider } from "../format/exact-divider.ts";
import { MOST_GATHERED_ROWS, PlainGather, type Gather, type StagedField } from "./gather.ts";
import { IntegerKernels } from "./integer-kernel.ts";

const kernel = new IntegerKernels().borrow(1)!;
const MOST_FIELDS = 7;

const rows = fc
  .record({
    fieldCount: fc.integer({ min: 1, max: MOST_FIELDS }),
    rowCount: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(MOST_GATHERED_ROWS)),
    first: fc.integer({ min: 0, max: 5 }),
    skipped: fc.integer({ min: 0, max: 9 }),
    seeds: fc.array(fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 })), {
      minLength: 1,
      maxLength: 100,
    }),
    table: fc.uint8Array({ minLength: 256, maxLength: 256 }),
    divisor: fc.integer({ min: 1, max: 16 }),
    nodeCount: fc.integer({ min: 1, max: 2 ** 28 }),
  })
  .chain((drawn) => fc.record({ drawn: fc.constant(drawn), at: fc.nat(drawn.fieldCount - 1) }));

/** What all methods write and return. */
function gatherAll(
  gather: Gather,
  field: StagedField,
  {
    first,
    table,
    divisor,
    nodeCount,
  }: { first: number; table: Uint8Array; divisor: number; nodeCount: number },
): unknown[] {
  const length = first + field.rowCount + 1;
  const words = new Uint32Array(length);
  const floats = new Float64Array(length);
  const codes = new Uint8Array(length);
  const quotients = new Uint32Array(length);
  const divider = exactDivider(divisor, nodeCount);
  return [
    gather.words(field, words, first),
    gather.floats(field, floats, first),
    gather.codes(field, table, codes, first),
    gather.greatestWhere(
      field,
      table.map((byte) => byte & 1),
      codes,
      first,
    ),
    gather.quotients(field, divider, quotients, first),
    words,
    floats,
    codes,
    quotients,
  ];
}

it("the kernel writes and returns what the reference does", () => {
  const property = fc.property(rows, ({ drawn, at }) => {
    const { fieldCount, rowCount, skipped, seeds } = drawn;
    const values = kernel.values.subarray(skipped, skipped + fieldCount * rowCount);
    for (let i = 0; i < values.length; i++) values[i] = seeds[i % seeds.length]! + i * (seeds[0]! & 1);
    const field = { values, at, fieldCount, rowCount };
    const copy = { ...field, values: values.slice() };
    expect(gatherAll(kernel.gather, field, drawn)).toEqual(gatherAll(new PlainGather(), copy, drawn));
    // Only the columns are written.
    expect(values).toEqual(copy.values);
  });
  fc.assert(property, runParameters(300));
});

it("quotients are right exactly when the division is, and the quotient below the bound", () => {
  const gather = new PlainGather();
  const property = fc.property(
    fc.integer({ min: 1, max: 16 }),
    fc.integer({ min: 1, max: 2 ** 28 }),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    fc.boolean(),
    (divisor, nodeCount, value, isMultiple) => {
      const values = Uint32Array.of(isMultiple ? value - (value % divisor) : value);
      const quotients = new Uint32Array(1);
      const field = { values, at: 0, fieldCount: 1, rowCount: 1 };
      const isRight = gather.quotients(field, exactDivider(divisor, nodeCount), quotients, 0);
      const quotient = values[0]! / divisor;
      expect(isRight).toBe(Number.isInteger(quotient) && quotient < nodeCount);
      if (isRight) expect(quotients[0]).toBe(quotient);
    },
  );
  fc.assert(property, runParameters(1000));
});
