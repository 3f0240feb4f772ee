import { runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { StringTableBuilder, type StringTable } from "./string-table.ts";
import { TextSearch } from "./text-search.ts";

const PAGE_SIZE = 1 << 20;

/** No escapes but those that JSON needs, those that V8 writes, and some that nobody does. */
const escapes = fc.constantFrom(/(?!)/g, /[^ -~]/g, /[éb/]/g);
const escaped = (unit: string): string =>
  unit === "/" ? "\\/" : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A table of these strings as a file may have them, the first of which begins so many bytes in front of a page's end. */
function tableOf(strings: readonly string[], bytesToPageEnd: number, escape: RegExp): StringTable {
  const builder = new StringTableBuilder();
  const append = (text: string): void => {
    const bytes = new TextEncoder().encode(text);
    builder.appendBytes(bytes, 0, bytes.length);
  };
  append(" ".repeat(PAGE_SIZE - bytesToPageEnd - 1));
  for (const string of strings) {
    builder.addString(builder.byteLength + 1);
    append(`${JSON.stringify(string).replace(escape, escaped)},`);
  }
  return builder.build();
}

// Few letters, so that parts occur; what is escaped in a file; what folds into ASCII in some alphabets (K, long s).
const text = fc.string({
  unit: fc.constantFrom(
    "a",
    "A",
    "b",
    "B",
    "k",
    "K",
    "s",
    "{",
    " ",
    '"',
    "\\",
    "\n",
    "\u212a",
    "ſ",
    "é",
    "/",
    "É",
    "😀",
  ),
  maxLength: 12,
  size: "max",
});

it("finds in the bytes of a file what stands in its texts, in any case and exactly", () => {
  let found = 0;
  const property = fc.property(
    fc.array(text, { maxLength: 6, size: "max" }),
    fc.string({
      unit: fc.constantFrom("a", "A", "b", "k", "K", "s", "{", "n", "u", "/", " ", "é", "\\"),
      maxLength: 2,
    }),
    fc.boolean(),
    fc.nat(60),
    escapes,
    (strings, part, matchCase, bytesToPageEnd, escape) => {
      const table = tableOf(strings, bytesToPageEnd, escape);
      const search = new TextSearch(part, matchCase);
      const expression = new RegExp(part.replace(/[\\{]/g, "\\$&"), matchCase ? "" : "i");
      for (const [index, string] of strings.entries()) {
        expect(table.contains(index, search)).toBe(expression.test(string));
        if (part !== "" && expression.test(string)) found++;
      }
    },
  );
  fc.assert(property, runParameters(1000));
  expect(found).toBeGreaterThan(100);
});
