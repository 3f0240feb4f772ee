import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BitSet } from "./bit-set.ts";
import { StringTableBuilder, type StringTable } from "./string-table.ts";

/** The table of a file that has these strings, behind `padding` bytes that are none: so that some are on a border of pages. */
function tableOf(texts: readonly string[], padding: number): StringTable {
  const builder = new StringTableBuilder();
  builder.appendBytes(new Uint8Array(padding), 0, padding);
  for (const text of texts) {
    const bytes = new TextEncoder().encode(JSON.stringify(text).slice(1));
    builder.addString(builder.byteLength);
    builder.appendBytes(bytes, 0, bytes.length);
  }
  return builder.build();
}

it("keeps the strings of a set as they are, behind an empty one", () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant('\\"\\')), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(texts, fc.array(fc.boolean()), fc.integer({ min: 0, max: 40 }), (all, chosen, before) => {
      const table = tableOf(all, (1 << 20) - before);
      const kept = new BitSet(table.length);
      for (const index of all.keys()) if (chosen[index]) kept.add(index);
      const { strings, indexOf } = table.keep(kept);
      expect(strings.get(0)).toBe("");
      expect(strings.length).toBe(1 + all.filter((_, index) => chosen[index]).length);
      for (const [index, text] of all.entries()) {
        if (chosen[index]) expect(strings.get(indexOf[index]!)).toBe(text.toWellFormed());
        else expect(indexOf[index]).toBe(0);
      }
    }),
  );
});
