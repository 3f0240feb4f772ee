// What goes wrong outside: one sentence with cause and remedy on standard error, exit code 2, and nothing on standard
// output but, with --json, the error as an object.

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCommand, gzip, serverSnapshot, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildCommand();
  const snapshot = serverSnapshot();
  command.write("server.heapsnapshot", snapshot);
  command.write("empty.heapsnapshot", "");
  command.write("other.json", '{"name":"not a snapshot"}');
  command.write("notes.txt", "not a snapshot\n");
  command.write("cut.heapsnapshot", snapshot.slice(0, snapshot.length / 2));
  command.write("cut.heapsnapshot.gz", gzip(snapshot).subarray(0, 600));
  command.write("damaged.heapsnapshot.gz", gzip(snapshot).fill(0x55, 300, 400));
  mkdirSync(join(command.folder, "folder"));
});
afterAll(() => command.remove());

/** Standard error of a run that must fail, without the program's name. */
function fail(...words: string[]): string {
  const { code, stdout, stderr } = command.run(words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^heapscope: [^\n]+\n$/);
  return stderr.slice("heapscope: ".length, -1);
}

describe("a file that cannot be read", () => {
  it("does not exist", () => {
    expect(fail("summary", "missing.heapsnapshot")).toBe(
      "missing.heapsnapshot does not exist; check the path.",
    );
  });

  it("is a directory", () => {
    expect(fail("summary", "folder")).toBe("folder is a directory; name a heap snapshot file in it.");
  });

  it.skipIf(process.getuid?.() === 0)("belongs to somebody else", () => {
    command.write("secret.heapsnapshot", serverSnapshot());
    chmodSync(join(command.folder, "secret.heapsnapshot"), 0);
    expect(fail("summary", "secret.heapsnapshot")).toContain(
      "secret.heapsnapshot may not be read by this user",
    );
  });

  it("is named so as to fool the terminal", () => {
    expect(fail("summary", "no\u001b[2J\nfile")).toBe(
      String.raw`no\x1b[2J\nfile does not exist; check the path.`,
    );
  });
});

describe("a file that is no whole snapshot", () => {
  it.each([
    ["empty.heapsnapshot", /^empty\.heapsnapshot: the file is empty/],
    ["other.json", /^other\.json: .*This is not a V8 heap snapshot\.$/],
    ["notes.txt", /^notes\.txt: .*This is not a V8 heap snapshot\.$/],
    ["cut.heapsnapshot", /^cut\.heapsnapshot: the file ends too early .*capture it again\.$/],
    ["cut.heapsnapshot.gz", /^cut\.heapsnapshot\.gz: the gzip data breaks off/],
    ["damaged.heapsnapshot.gz", /^damaged\.heapsnapshot\.gz: the gzip data is damaged/],
  ])("%s", (name, message) => {
    expect(fail("summary", name)).toMatch(message);
  });

  it("is told apart from the other one of a comparison", () => {
    expect(fail("diff", "server.heapsnapshot", "cut.heapsnapshot")).toMatch(/^cut\.heapsnapshot: /);
  });

  it("came from standard input", () => {
    const { code, stderr } = command.run(["summary", "-"], { input: "" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^heapscope: standard input: the file is empty/);
  });
});

describe("an object that is not there", () => {
  it.each(["object", "retainers", "path", "dominators"])("is told by %s", (name) => {
    expect(fail(name, "server.heapsnapshot", "@99999")).toBe(
      "server.heapsnapshot has no object @99999; take an id that a command printed for this very file.",
    );
  });
});

describe("a command line that is wrong", () => {
  it.each([
    [["sumary", "x"], "unknown command 'sumary'. Did you mean summary?"],
    [["summary"], "missing required argument 'FILE'; see: heapscope summary --help"],
    [
      ["summary", "a", "b"],
      "too many arguments for 'summary'. Expected 1 argument but got 2; see: heapscope summary --help",
    ],
    [["summary", "a", "--limt", "3"], "unknown option '--limt'. Did you mean --limit?"],
    [["summary", "a", "--limit"], "option '--limit <n>' argument missing; see: heapscope summary --help"],
    [["summary", "a", "--limit", "-1"], "--limit: '-1' is not a whole number of at least 0."],
    [["summary", "a", "--limit", "1e3"], "--limit: '1e3' is not a whole number of at least 0."],
    [
      ["summary", "a", "--sort", "size"],
      "--sort: 'size' is not one of retained, shallow, count, name, distance.",
    ],
    [
      ["summary", ""],
      "FILE: the name of the file is empty; give a .heapsnapshot file, or - for standard input.",
    ],
    [
      ["object", "a", "@5x"],
      "@ID: '@5x' is not an object id; ids are printed beside objects, for example @12345.",
    ],
    [
      ["object", "a", "@5000000000"],
      "@ID: '@5000000000' is not an object id; ids are printed beside objects, for example @12345.",
    ],
    [
      ["dominators", "a", "--depth", "51"],
      "--depth: '51' is more than 50 levels, the most that are printed.",
    ],
    [
      ["app.heapsnapshot"],
      "unknown command 'app.heapsnapshot'. To look into that file: heapscope summary app.heapsnapshot",
    ],
    [["diff", "-", "-"], "standard input can be read only once; give BASE or TARGET as a file."],
    [["help", "sumary"], "there is no help for 'sumary', which is no command; see: heapscope --help"],
    [
      ["schema", "sumary"],
      "NAME: 'sumary' is not one of summary, diff, leaks, baseline, check, object, retainers, path, dominators, strings, redact, open, report, ps, agent-status, agents, capture, capture-record, top, sample, timeline, schemas, error.",
    ],
  ])("%j", (words, message) => {
    expect(fail(...words)).toBe(message);
  });

  it("shows the help when there is nothing else to say", () => {
    const { code, stdout, stderr } = command.run([]);
    expect(code).toBe(2);
    expect(stdout).toContain("Usage: heapscope <command> [options]");
    expect(stderr).toBe("heapscope: no command given; start with: heapscope summary app.heapsnapshot\n");
  });
});

describe("with --json", () => {
  it.each([
    [
      ["summary", "missing.heapsnapshot"],
      { code: "file", detail: { path: "missing.heapsnapshot", cause: "ENOENT" } },
    ],
    [["summary", "cut.heapsnapshot"], { code: "snapshot-format", detail: { path: "cut.heapsnapshot" } }],
    [["object", "server.heapsnapshot", "@99999"], { code: "unknown-object", detail: { id: 99999 } }],
    [["summary", "a", "--limt"], { code: "usage" }],
  ])("%j is an error object, too", (words, error) => {
    const { code, stdout, stderr } = command.run([...words, "--json"]);
    expect(code).toBe(2);
    const result = JSON.parse(stdout) as { error: { message: string } };
    expect(result).toMatchObject({ schema: "heapscope/error@1", error });
    expect(stderr).toBe(`heapscope: ${result.error.message}\n`);
  });
});
