import { expect, it } from "vitest";
import { jsonParts } from "./json-output.ts";

function write(value: unknown): string {
  return [...jsonParts(value)].join("");
}

it("writes what JSON.stringify writes", () => {
  const values = [
    {},
    [],
    { a: 1, b: undefined, c: null, d: "x", e: [], f: {}, g: [undefined, 1] },
    { list: Array.from({ length: 2500 }, (_, index) => ({ index, text: `"${index}"` })) },
    [[[1, [2, { a: [3] }]]]],
  ];
  for (const value of values) expect(write(value)).toBe(JSON.stringify(value));
});

it("writes a long list in parts, since the whole of it might not fit into a string", () => {
  const parts = [...jsonParts({ list: Array.from({ length: 10_000 }, () => "x".repeat(100)) })];
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(110_000);
});
