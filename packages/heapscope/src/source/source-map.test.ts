import { describe, expect, it } from "vitest";
import { SourceMap } from "./source-map.ts";

const plain = { version: 3, sources: ["src/a.ts"], names: ["open"], mappings: "AAAA,QAASA" };

function read(value: unknown, url = "file:///app/a.js.map"): SourceMap {
  return new SourceMap(
    typeof value === "string" ? Buffer.from(value) : Buffer.from(JSON.stringify(value)),
    url,
  );
}

it("leads from a position to the source, with the name that it has there", () => {
  const map = read(plain);
  expect(map.find(0, 8)).toEqual({
    source: "file:///app/src/a.ts",
    content: undefined,
    line: 0,
    column: 9,
    name: "open",
    generatedColumn: 8,
  });
  expect(map.find(0, 30)?.column).toBe(9);
  expect(map.find(0, 7)?.column).toBe(0);
  expect(map.find(1, 0)).toBeUndefined();
});

it("is read with sections, a byte order mark, and what keeps it from being a script", () => {
  const sections = {
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: plain },
      { offset: { line: 5, column: 10 }, map: { ...plain, sources: ["src/b.ts"], sourcesContent: ["text"] } },
    ],
  };
  for (const prefix of ["", "\uFEFF", ")]}'\n"]) {
    const map = read(prefix + JSON.stringify(sections));
    expect(map.find(0, 3)?.source).toBe("file:///app/src/a.ts");
    expect(map.find(5, 18)).toMatchObject({
      source: "file:///app/src/b.ts",
      column: 9,
      name: "open",
      content: "text",
    });
  }
});

it("resolves sources against the source root, or the map", () => {
  const find = (sourceRoot: string, source: string) =>
    read({ ...plain, sourceRoot, sources: [source] }).find(0, 0)?.source;
  expect(find("", "../src/a.ts")).toBe("file:///src/a.ts");
  expect(find("/work/", "a.ts")).toBe("file:///work/a.ts");
  expect(find("../lib", "a.ts")).toBe("file:///lib/a.ts");
  expect(find("webpack://app", "./src/a.ts")).toBe("webpack://app/src/a.ts");
});

it("fits a script that is as long, or longer", () => {
  const map = read({ ...plain, mappings: "AAAA;;AACA;;" });
  expect(map.fits(["a", "", "b"])).toBe(true);
  expect(map.fits(["a", "", "b", "// the end"])).toBe(true);
  expect(map.fits(["a", ""])).toBe(false);
  expect([map.lastColumn(0), map.lastColumn(1), map.lastColumn(9)]).toEqual([0, -1, -1]);
});

describe("a map is refused", () => {
  const far = { offset: { line: 1e9, column: 0 }, map: plain };
  const nested = { offset: { line: 0, column: 0 }, map: { version: 3, sections: [] } };
  it.each<[string, unknown]>([
    ["that is empty", ""],
    ["that is cut off", JSON.stringify(plain).slice(0, -2)],
    ["that is no object", "[]"],
    ["of another version", { ...plain, version: 2 }],
    ["without mappings", { ...plain, mappings: undefined }],
    ["with mappings of another kind", { ...plain, mappings: [[[0, 0, 0, 0]]] }],
    ["without sources", { ...plain, sources: undefined }],
    ["with sources that are no texts", { ...plain, sources: [{}] }],
    ["with names that are no texts", { ...plain, names: [7] }],
    ["with contents that are no texts", { ...plain, sourcesContent: "text" }],
    ["with a root that is no text", { ...plain, sourceRoot: 7 }],
    ["whose sections are no list", { version: 3, sections: {} }],
    ["whose sections have no place", { version: 3, sections: [{ map: plain }] }],
    ["whose sections are a billion lines apart", { version: 3, sections: [far] }],
    ["whose sections have sections", { version: 3, sections: [nested] }],
    [
      "whose sections are elsewhere",
      { version: 3, sections: [{ offset: { line: 0, column: 0 }, url: "b.map" }] },
    ],
    ["that is nested without end", "[".repeat(1e7)],
    ["that has objects without end", `[${"{},".repeat(3e6)}{}]`],
    ["that has numbers without end", `[${"0,".repeat(2.1e7)}0]`],
    ["that has lines without end", { ...plain, mappings: ";".repeat(6e6) }],
    ["that has segments without end", { ...plain, mappings: "A,".repeat(6.1e6) }],
    ["that has sources without end", { ...plain, sources: Array(300_000).fill("a") }],
  ])("%s", (_what, value) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ name: "SourceMapError" }));
  });

  it("whose mappings are more than there is room for", () => {
    const bytes = Buffer.from(JSON.stringify(plain));
    expect(() => new SourceMap(bytes, "file:///a.map", 1)).toThrow("too many mappings");
  });
});

it("leads nowhere from mappings that make no sense", () => {
  for (const mappings of [
    "AADD",
    "AZAA",
    "é,$$$$;~~~~",
    "gggggggggggggggggggggggg",
    "AAAAAAAAAAAA",
    "ACAA",
  ]) {
    const map = read({ ...plain, mappings });
    for (const column of [0, 5, 2 ** 30]) {
      const origin = map.find(0, column);
      if (origin !== undefined) expect(origin).toMatchObject({ source: "file:///app/src/a.ts" });
    }
  }
});
