import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectFilter } from "../protocol/index.ts";
import type { Place } from "./place.ts";
import { parseAddress, placeAddress } from "./place-address.ts";

const file = fc.nat(50);
const id = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const path = fc.array(id, { minLength: 1, maxLength: 5 });
/** Addresses are UTF-8; and a filter of nothing is no filter. */
const text = fc.string({ unit: "binary", minLength: 1 }).filter((value) => value.isWellFormed());

const only: fc.Arbitrary<ObjectFilter> = fc.oneof(
  fc.record(
    { kind: fc.constant("allocated" as const), after: file, upTo: file },
    { requiredKeys: ["kind", "upTo"] },
  ),
  fc.record({ kind: fc.constant("ids" as const), after: id, upTo: id }),
  fc.record({ kind: fc.constant("nativeContext" as const), id }),
  fc.record({ kind: fc.constant("allocatedBy" as const), path }),
  fc.constantFrom<ObjectFilter[]>(
    { kind: "duplicatedStrings" },
    { kind: "retainedByDetachedDom" },
    { kind: "retainedByContexts" },
    { kind: "retainedByEventHandlers" },
    { kind: "retainedByConsole" },
    { kind: "sharedNativeContexts" },
    { kind: "noNativeContext" },
  ),
);

const place = fc.oneof(
  fc.record({
    view: fc.constantFrom("overview" as const, "statistics" as const),
    file,
  }),
  fc.record(
    {
      view: fc.constant("allocation" as const),
      file,
      range: fc.tuple(fc.nat(), fc.nat()).map(([first, length]) => ({ first, last: first + length })),
      path,
    },
    { requiredKeys: ["view", "file"] },
  ),
  fc.record(
    { view: fc.constant("summary" as const), file, text, only, id },
    { requiredKeys: ["view", "file"] },
  ),
  fc.record(
    { view: fc.constant("comparison" as const), base: file, file, text, id },
    { requiredKeys: ["view", "base", "file"] },
  ),
  fc.record({ view: fc.constant("growth" as const), file, text, id }, { requiredKeys: ["view", "file"] }),
  fc.record({ view: fc.constant("containment" as const), file, id }, { requiredKeys: ["view", "file"] }),
  fc.record(
    {
      view: fc.constant("dominators" as const),
      file,
      as: fc.constantFrom("table" as const, "treemap" as const, "icicle" as const),
      id,
    },
    { requiredKeys: ["view", "file", "as"] },
  ),
  fc.record(
    {
      view: fc.constant("strings" as const),
      file,
      list: fc.constantFrom("duplicates" as const, "largest" as const),
      text,
      id,
    },
    { requiredKeys: ["view", "file", "list"] },
  ),
  fc.record(
    {
      view: fc.constant("profile" as const),
      file,
      as: fc.constantFrom("chart" as const, "down" as const, "up" as const),
      text,
    },
    { requiredKeys: ["view", "file", "as"] },
  ),
  fc.record(
    { view: fc.constant("object" as const), file, id, ignored: fc.array(id, { minLength: 1, maxLength: 5 }) },
    { requiredKeys: ["view", "file", "id"] },
  ),
  fc.record({ view: fc.constant("search" as const), file, text: fc.oneof(text, fc.constant("")) }),
) as fc.Arbitrary<Place>;

describe("an address", () => {
  it("leads back to the place that it was made of", () => {
    fc.assert(
      fc.property(place, (place) => {
        expect(parseAddress(placeAddress(place))).toEqual(place);
      }),
      { numRuns: 2000 },
    );
  });

  it("leads back also after a browser has written it its own way", () => {
    fc.assert(
      fc.property(place, (place) => {
        const { hash } = new URL(placeAddress(place), "http://127.0.0.1/");
        expect(parseAddress(hash)).toEqual(place);
      }),
    );
  });

  it("can be read by a person", () => {
    expect(
      placeAddress({ view: "summary", file: 0, text: "Session", only: { kind: "ids", after: 1, upTo: 9 } }),
    ).toBe("#/1/summary?text=Session&only=ids%3A1-9");
    expect(placeAddress({ view: "comparison", base: 0, file: 1 })).toBe("#/2/comparison?base=1");
    expect(placeAddress({ view: "object", file: 1, id: 126247, ignored: [5, 7] })).toBe(
      "#/2/object?id=126247&ignored=5.7",
    );
    expect(placeAddress({ view: "dominators", file: 0, as: "table" })).toBe("#/1/dominators");
    expect(placeAddress({ view: "allocation", file: 0, path: [3, 12] })).toBe("#/1/allocation?path=3.12");
  });

  it("is the overview if it makes no sense", () => {
    const overview = { view: "overview", file: 0 };
    for (const hash of [
      "",
      "#",
      "#/",
      "#/1",
      "#/0/nothing",
      "#//summary",
      "#/-1/summary",
      "#/1e3/summary",
      "#/9".padEnd(40, "9"),
    ])
      expect(parseAddress(hash), hash).toEqual(overview);
    expect(parseAddress("#/3/constructor")).toEqual({ view: "overview", file: 2 });
    expect(parseAddress("#/3/object?id=0x10")).toEqual({ view: "overview", file: 2 });
  });

  it("keeps what makes sense of parameters that do not", () => {
    expect(parseAddress("#/1/summary?text=a&only=ids:1&id=-5")).toEqual({
      view: "summary",
      file: 0,
      text: "a",
    });
    expect(parseAddress("#/1/summary?only=allocated:0-0")).toEqual({ view: "summary", file: 0 });
    expect(parseAddress("#/1/summary?only=allocatedBy:3.x")).toEqual({ view: "summary", file: 0 });
    expect(parseAddress("#/1/allocation?path=3..1")).toEqual({ view: "allocation", file: 0 });
    expect(parseAddress("#/1/allocation?range=7-3")).toEqual({ view: "allocation", file: 0 });
    expect(parseAddress("#/1/dominators?as=__proto__")).toEqual({ view: "dominators", file: 0, as: "table" });
    expect(parseAddress("#/3/comparison")).toEqual({ view: "comparison", base: 1, file: 2 });
  });

  it("of any text is a place, of which an address can be made", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.tuple(place, fc.string({ unit: "binary" })).map(([place, more]) => placeAddress(place) + more),
    );
    fc.assert(
      fc.property(hostile, (hash) => {
        const place = parseAddress(hash);
        expect(Number.isSafeInteger(place.file) && place.file >= 0).toBe(true);
        expect(parseAddress(placeAddress(place))).toEqual(place);
      }),
      { numRuns: 2000 },
    );
  });
});
