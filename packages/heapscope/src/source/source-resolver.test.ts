import { decodedMap, encodedMap, presortedDecodedMap } from "@jridgewell/trace-mapping";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SourceResolver } from "./source-resolver.ts";
import { formatPlace, type SourcePlace } from "./source-place.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heapscope-sources-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file below the folder. */
function put(name: string, content: string | object): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const script = "var x;function o(i){}\n";
/** Where V8 says that the function of the script is, from 0. */
const place = [0, 16] as const;
const source = "// of the author\nexport function openSession(id: number) {}\n";

/** The map of the script: `o` at column 15 is openSession, line 2, column 17. */
function mapOf(sources: string[], more: object = {}): object {
  const mappings: [number, number, number, number, number?][] = [
    [0, 0, 0, 0],
    [6, 0, 1, 7],
    [15, 0, 1, 16, 0],
    [17, 0, 1, 28],
  ];
  const map = presortedDecodedMap({
    version: 3,
    names: ["openSession"],
    sources,
    mappings: [mappings as never],
  });
  return { ...encodedMap(map), ...more };
}

function show({ name, mapped, ...position }: SourcePlace): string {
  const file = path.isAbsolute(position.file) ? path.relative(folder, position.file) : position.file;
  return `${formatPlace({ ...position, file })} in ${name ?? "?"}${mapped ? "" : ", as it ran"}`;
}

function resolve(file: string, options = {}): string {
  return show(new SourceResolver(options).resolve(file, ...place, "o"));
}

const found = "src/session.ts:2:17 in openSession";
const asItRan = "dist/a.js:1:17 in o, as it ran";

describe("a source map is found", () => {
  it("that the script states, beside it or elsewhere", () => {
    const inMaps = put("dist/a.js", `${script}//# sourceMappingURL=../maps/a%20b.map?v=1`);
    put("maps/a b.map", mapOf(["../src/session.ts"]));
    expect(resolve(inMaps)).toBe(found);
  });

  it("beside the script, of which it has the name", () => {
    put("dist/a.js.map", mapOf(["../src/session.ts"]));
    expect(resolve(put("dist/a.js", script))).toBe(found);
  });

  it("in the script itself, whatever way it is written", () => {
    const text = JSON.stringify(mapOf(["../src/session.ts"]));
    const base64 = Buffer.from(text).toString("base64");
    for (const url of [
      `data:application/json;charset=utf-8;base64,${base64}`,
      `data:application/json;base64,${base64}`,
      `data:application/json,${encodeURIComponent(text)}`,
    ])
      expect(resolve(put("dist/a.js", `${script}//# sourceMappingURL=${url}\n`))).toBe(found);
  });

  it("in the end of a script that is too large to be looked at", () => {
    const file = put("dist/a.js", "");
    put("dist/other.map", mapOf(["../src/session.ts"]));
    truncateSync(file, 2 ** 26 + 1);
    writeFileSync(file, "\n//# sourceMappingURL=other.map\n", { flag: "a" });
    expect(resolve(file)).toBe(found);
  });

  it("in a folder that the user names, by the script's name or the name in the map, below it or itself", () => {
    const file = put("dist/a.js", script);
    const named = put("maps/deep/a.js.map", mapOf(["../src/session.ts"]));
    const naming = put("other/bundle.map", mapOf(["../src/session.ts"], { file: "dist/a.js" }));
    for (const each of [path.join(folder, "maps"), path.join(folder, "other"), named, naming])
      expect(resolve(file, { folders: [each] })).toBe(found);
    expect(resolve(file, { folders: [path.join(folder, "dist"), path.join(folder, "missing")] })).toBe(
      asItRan,
    );
  });

  it("in the folder that is called as the script's, if several have the name", () => {
    put("maps/one/index.js.map", mapOf(["wrong.ts"]));
    put("maps/two/index.js.map", mapOf(["../../src/session.ts"]));
    put("maps/zoo/index.js.map", mapOf(["wrong.ts"]));
    expect(resolve(put("dist/two/index.js", script), { folders: [path.join(folder, "maps")] })).toBe(found);
  });

  it("for a package only in a folder that is called as the package's", () => {
    const file = put("node_modules/pool/index.js", script);
    put("maps/index.js.map", mapOf(["wrong.ts"]));
    const options = { folders: [path.join(folder, "maps")] };
    expect(resolve(file, options)).toBe("node_modules/pool/index.js:1:17 in o, as it ran");
    put("maps/pool/index.js.map", mapOf(["../../src/session.ts"]));
    expect(resolve(file, options)).toBe(found);
  });

  it("by the capture record, when the script is gone", () => {
    put("dist/x.map", mapOf(["../src/session.ts"]));
    const file = path.join(folder, "dist/a.js");
    const scripts = [{ id: 12, url: `file://${file}`, sourceMapUrl: "x.map" }];
    expect(resolve(file, { scripts })).toBe(found);
    expect(resolve(file)).toBe(asItRan);
  });

  it("by its last part, when its url leads over the network or through the whole disk", () => {
    put("dist/a.map", mapOf(["../src/session.ts"]));
    const elsewhere = put("elsewhere/a2.map", mapOf(["../src/session.ts"]));
    for (const url of [
      "https://host/maps/a.map",
      "/etc/a.map",
      "file:///etc/a.map",
      "//host/a.map",
      "C:\\a.map",
    ])
      expect(resolve(put("dist/a.js", `${script}//# sourceMappingURL=${url}`))).toBe(found);
    expect(resolve(put("dist/a.js", `${script}//# sourceMappingURL=${elsewhere}`))).toBe(asItRan);
  });

  it("for scripts of other systems and hosts, in a folder", () => {
    put("maps/a.js.map", mapOf(["../src/session.ts"]));
    const folders = [path.join(folder, "maps")];
    const resolver = new SourceResolver({ folders });
    expect(resolver.resolve("C:\\app\\dist\\a.js", ...place).file).toBe("C:\\app\\src\\session.ts");
    expect(resolver.resolve("https://host/app/dist/a.js", ...place).file).toBe(
      "https://host/app/src/session.ts",
    );
  });
});

describe("the author's file", () => {
  it("is where it is now, when the map has moved along with it", () => {
    put("local/src/session.ts", source);
    put("local/dist/a.js.map", mapOf(["../src/session.ts"]));
    const folders = [path.join(folder, "local/dist")];
    const there = new SourceResolver({ folders }).resolve("/app/dist/a.js", ...place, "o");
    expect(show(there)).toBe("local/src/session.ts:2:17 in openSession");
  });

  it("is the bundler's, as a path in the project", () => {
    put("dist/a.js.map", mapOf(["webpack://app/./src/session.ts?1a2b"]));
    expect(resolve(put("dist/a.js", script))).toBe(found);
  });

  it("is below a folder that the user names, if it is there", () => {
    put("project/src/session.ts", source);
    put("dist/a.js.map", mapOf(["webpack://app/./src/session.ts"]));
    const folders = [path.join(folder, "project")];
    expect(resolve(put("dist/a.js", script), { folders })).toBe("project/src/session.ts:2:17 in openSession");
  });

  it("is found through sections and a source root", () => {
    const map = mapOf(["session.ts"], { sourceRoot: "../src/" });
    put("dist/a.js.map", { version: 3, sections: [{ offset: { line: 0, column: 0 }, map }] });
    expect(resolve(put("dist/a.js", script))).toBe(found);
  });
});

it("leads on from what was built to what that was built from, as long as it may be read", () => {
  put("dist/a.js.map", mapOf(["./compiled.js"]));
  put("dist/compiled.js.map", { ...mapOf(["../src/session.ts"]), mappings: "AAAA;gBAEQA" });
  put("dist/compiled.js", source);
  expect(resolve(put("dist/a.js", script))).toBe("src/session.ts:3:9 in openSession");
  put("build/compiled.js.map", { ...mapOf(["../src/session.ts"]), mappings: "AAAA;gBAEQA" });
  put("build/compiled.js", source);
  put("dist/a.js.map", mapOf(["../build/compiled.js"]));
  expect(resolve(path.join(folder, "dist/a.js"))).toBe("build/compiled.js:2:17 in openSession");
  const folders = [path.join(folder, "build")];
  expect(resolve(path.join(folder, "dist/a.js"), { folders })).toBe("src/session.ts:3:9 in openSession");
});

it("does not run around in maps that lead to one another", () => {
  put("dist/a.js.map", mapOf(["b.js"]));
  put("dist/b.js.map", { ...mapOf(["a.js"]), mappings: "AAAA;AAAA" });
  put("dist/b.js", source);
  expect(resolve(put("dist/a.js", script))).toContain("dist/");
  put("dist/a.js.map", mapOf(["a.js"]));
  expect(resolve(put("dist/a.js", script))).toBe("dist/a.js:2:17 in openSession");
});

describe("the name", () => {
  const unnamed = { ...decodedNames([]), sourcesContent: undefined };

  /** The map without names, so that only the texts can tell. */
  function decodedNames(names: string[]): object {
    const map = decodedMap(
      presortedDecodedMap({
        version: 3,
        names,
        sources: ["s.ts"],
        mappings: [
          [
            [0, 0, 0, 0],
            [6, 0, 1, 7],
            [15, 0, 1, 16],
            [17, 0, 1, 28],
          ],
        ],
      }),
    );
    return encodedMap(presortedDecodedMap(map as never));
  }

  it("is read in the map's copy of the source", () => {
    put("dist/a.js.map", { ...unnamed, sourcesContent: [source] });
    expect(resolve(put("dist/a.js", script))).toBe("dist/s.ts:2:17 in openSession");
  });

  it("is read in the source itself beside or below the script, and in folders that the user names", () => {
    put("dist/s.ts", source);
    put("dist/a.js.map", unnamed);
    expect(resolve(put("dist/a.js", script))).toBe("dist/s.ts:2:17 in openSession");
    put("src/s.ts", source);
    put("dist/a.js.map", { ...unnamed, sources: ["../src/s.ts"] });
    expect(resolve(path.join(folder, "dist/a.js"))).toBe("src/s.ts:2:17 in o");
    const folders = [path.join(folder, "src")];
    expect(resolve(path.join(folder, "dist/a.js"), { folders })).toBe("src/s.ts:2:17 in openSession");
  });

  it("of what has none is that of the function around it, in the author's text or else in the script", () => {
    const file = put("dist/a.js", "function o(i){later(()=>i)}");
    const resolver = new SourceResolver();
    expect(resolver.resolve(file, 0, 20)).toMatchObject({ within: "o", mapped: false });
    put("dist/a.js.map", {
      ...mapOf(["s.ts"], { sourcesContent: ["function openSession(id) {\n  later(() => id);\n}"] }),
      mappings: "AAAA,oBACQ",
    });
    const found = new SourceResolver().resolve(file, 0, 20);
    expect(found).toMatchObject({ line: 2, column: 9, within: "openSession", mapped: true });
    expect(found).not.toHaveProperty("name");
  });

  it("is not read in files elsewhere, even if a link leads there", () => {
    const file = put("dist/a.js", script);
    symlinkSync(put("secret/s.ts", source), path.join(folder, "dist/s.ts"));
    put("dist/a.js.map", unnamed);
    expect(resolve(file)).toBe("dist/s.ts:2:17 in o");
  });

  it("is the script's own where there is no map, and V8's where there is no script", () => {
    const resolver = new SourceResolver();
    expect(resolver.resolve(put("dist/a.js", script), 0, 16, "v8").name).toBe("o");
    expect(resolver.resolve("/nowhere/a.js", 0, 16, "v8").name).toBe("v8");
  });
});

describe("nothing is said of", () => {
  it("a script that is not the one that ran", () => {
    put("dist/a.js.map", mapOf(["../src/session.ts"]));
    for (const changed of ["", "var x;", "var xyz;function o(i){}", "// first\nvar x;function o(i){}"])
      expect(resolve(put("dist/a.js", changed))).toBe(asItRan);
    expect(show(new SourceResolver().resolve(put("dist/a.js", script), 5, 0))).toBe(
      "dist/a.js:6:1 in ?, as it ran",
    );
  });

  it("a file that a loader has compiled on its way into the process", () => {
    const file = put("src/a.ts", script);
    const scripts = [{ id: 12, url: `file://${file}`, sourceMapUrl: "data:" }];
    const resolver = new SourceResolver({ scripts });
    expect(show(resolver.resolve(file, ...place, "v8"))).toBe("src/a.ts:1:17 in v8, as it ran");
  });

  it("a map that is of another build: it is longer than the script", () => {
    const lines = { mappings: `${";".repeat(20)}AAAA` };
    put("dist/a.js.map", { ...mapOf(["../src/session.ts"]), ...lines });
    const resolver = new SourceResolver();
    expect(show(resolver.resolve(put("dist/a.js", script), ...place))).toBe(asItRan);
    expect(resolver.notes).toEqual([
      `${path.join(folder, "dist/a.js.map")} is not used: it is longer than the script, so that it must be of another build.`,
    ]);
    put("dist/a.js.map", { ...mapOf(["../src/session.ts"]), mappings: "AAAA,ggDAAA" });
    expect(resolve(path.join(folder, "dist/a.js"))).toBe(asItRan);
  });

  it("Node's own scripts and code without a file", () => {
    const resolver = new SourceResolver({ folders: [folder] });
    put("fs.map", mapOf(["../src/session.ts"]));
    for (const each of ["node:fs", "evalmachine.<anonymous>", "wasm://wasm/1234", "dist/a.js", ""])
      expect(resolver.resolve(each, 3, 4)).toMatchObject({ file: each, line: 4, column: 5, mapped: false });
    expect(resolver.notes).toEqual([]);
  });
});

describe("from hostile files", () => {
  it("nothing is believed: one note for each, told at once, and the place as it ran", () => {
    const told: string[] = [];
    const resolver = new SourceResolver({ onNote: (note) => told.push(note) });
    put("dist/a.js.map", "[".repeat(1e6));
    const file = put("dist/a.js", script);
    expect(show(resolver.resolve(file, ...place))).toBe(asItRan);
    expect(show(resolver.resolve(file, 0, 17))).toBe("dist/a.js:1:18 in ?, as it ran");
    expect(told).toEqual([`${file}.map is not used: it is nested too deeply.`]);
    expect(resolver.notes).toEqual(told);
  });

  it("no map beyond 200 MB is read", () => {
    const file = put("dist/a.js", script);
    truncateSync(put("dist/a.js.map", "{"), 201 * 2 ** 20);
    const resolver = new SourceResolver();
    expect(show(resolver.resolve(file, ...place))).toBe(asItRan);
    expect(resolver.notes.join()).toMatch(/is not used: it has 2\d\d MB, more than 2\d\d MB\.$/);
  });

  it("a broken map in the script leaves the one beside it", () => {
    put("dist/a.js.map", mapOf(["../src/session.ts"]));
    for (const url of [
      "data:application/json;base64,AAAA",
      "data:,%%%",
      "data:",
      "data:x;base64",
      "%zz",
      "..",
      ".",
    ])
      expect(resolve(put("dist/a.js", `${script}//# sourceMappingURL=${url}`))).toBe(found);
  });

  it.skipIf(process.platform === "win32")("no pipe or device is waited for", () => {
    const pipe = path.join(folder, "dist/a.js.map");
    const file = put("dist/a.js", script);
    execFileSync("mkfifo", [pipe]);
    expect(resolve(file)).toBe(asItRan);
    expect(new SourceResolver().resolve(pipe, 0, 0).mapped).toBe(false);
    expect(new SourceResolver().resolve("/dev/zero", 0, 0).mapped).toBe(false);
  });

  it("no file is looked for on other machines", () => {
    const resolver = new SourceResolver();
    for (const each of [
      "\\\\server\\share\\a.js",
      "//server/share/a.js",
      "file://server/share/a.js",
      "/a\0b.js",
    ])
      expect(resolver.resolve(each, 0, 0)).toMatchObject({ file: each, mapped: false });
  });
});

it("reads a map once, however many positions are asked for", () => {
  const file = put("dist/a.js", script);
  const map = put("dist/a.js.map", mapOf(["../src/session.ts"]));
  const resolver = new SourceResolver();
  expect(show(resolver.resolve(file, ...place))).toBe(found);
  rmSync(map);
  rmSync(file);
  expect(show(resolver.resolve(file, 0, 6))).toContain("src/session.ts:2:8");
});

it("takes positions as profiles tell them", () => {
  const file = put("dist/a.js", script);
  put("dist/a.js.map", mapOf(["../src/session.ts"]));
  const resolver = new SourceResolver();
  expect(show(resolver.placeOfText(`${file}:1:17`)!)).toBe(found);
  expect(resolver.placeOfText("(V8 API)")).toBeUndefined();
  const allocating = { functionId: 1, name: "o", scriptName: `file://${file}`, line: 1, column: 17 };
  expect(show(resolver.placeOfFunction(allocating as never)!)).toBe(found);
  expect(resolver.placeOfFunction({ ...allocating, line: 0 } as never)).toBeUndefined();
});
