// Places in the author's files, as the commands print them.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { drawFile } from "@heapscope/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildCommand();
  const heap = `
    global -sessions-> sessions:Map(32) -[0]-> session:t(48)@71<12:0:19>
    global -open-> open:closure:e(64)@73<12:0:40> =shared=> info:code(32) =script=> script:code(40)
    script =name=> url:string:"/app/dist/server.js"(40)`;
  command.write("app.heapsnapshot", drawFile(heap));
  // Column 8: line 12, column 3, "constructor" of Session; column 39: line 41, column 17, openSession.
  const map = {
    version: 3,
    sources: ["../src/session.ts"],
    sourcesContent: [
      `${"\n".repeat(10)}class Session {\n  constructor() {} }${"\n".repeat(29)}export function openSession() {}`,
    ],
    names: ["openSession"],
    mappings: "QAWE,+BA6BcA",
  };
  mkdirSync(join(command.folder, "maps"));
  command.write("maps/server.js.map", JSON.stringify(map));
});
afterAll(() => command.remove());

it("are those of the script until a folder with its source map is named", () => {
  const locations = (...words: string[]): string[] => {
    const { stdout, stderr } = command.run([...words, "--json"]);
    expect(stderr).toBe("");
    return [...stdout.matchAll(/"location":"([^"]*)"/g)].map((found) => found[1]!);
  };
  const object = ["object", "app.heapsnapshot", "@71", "@73"];
  expect(locations(...object)).toEqual(["/app/dist/server.js:1:20", "/app/dist/server.js:1:41"]);
  const folder = ["--source-maps", "maps"];
  expect(locations(...object, ...folder)).toEqual(["/app/src/session.ts:12:3", "/app/src/session.ts:41:17"]);
  expect(locations("path", "app.heapsnapshot", "@71", ...folder)).toEqual(["/app/src/session.ts:12:3"]);
  mkdirSync(join(command.folder, "other"));
  const both = ["--source-maps", "other", ...folder];
  expect(locations("path", "app.heapsnapshot", "@71", ...both)).toEqual(["/app/src/session.ts:12:3"]);
});

it("say which source map could not be used, and give the script's", () => {
  mkdirSync(join(command.folder, "broken"));
  command.write("broken/server.js.map", "{");
  const { code, stdout, stderr } = command.run([
    "object",
    "app.heapsnapshot",
    "@71",
    "--source-maps",
    "broken",
  ]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `Note: ${join(command.folder, "broken/server.js.map")} is not used: it is not JSON.\n`,
  });
  expect(stdout).toContain("/app/dist/server.js:1:20");
});

it("cannot be had from a folder that is not there", () => {
  const { code, stderr } = command.run(["path", "app.heapsnapshot", "@71", "--source-maps", "missing"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--source-maps: there is no folder 'missing'; give one with .map files.");
});
