// `heapscope redact` as users get it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { captureRecordOf, drawFile } from "@heapscope/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

const jwt = ["eyJ" + "a1B2".repeat(6), "c3D4".repeat(4), "e5F6".repeat(6)].join(".");
const heap = drawFile(`
  global:object:global(96) -cache-> cache:Cache(24) -password-> password:string:"correct horse"(40)
  cache -owner-> owner:string:"Anna of the shop"(40)
  cache -jwt-> jwt:string:${JSON.stringify(jwt)}(200)
  cache -badge-> badge:string:"badge B-123456"(40)
`);

let command: BuiltCommand;
beforeAll(() => {
  command = buildCommand();
  command.write("app.heapsnapshot", heap);
  command.write("packed.heapsnapshot.gz", gzipSync(heap));
  command.write("half.heapsnapshot", heap.slice(0, -20));
});
afterAll(() => {
  command.remove();
});

const content = (name: string): Buffer => readFileSync(join(command.folder, name));
const leftovers = (): string[] => readdirSync(command.folder).filter((name) => name.includes("partial"));

describe("what it writes", () => {
  test("is a copy without secrets, for its owner only, as long as the original", () => {
    const { code, stdout, stderr } = command.run(["redact", "app.heapsnapshot", "-o", "a.heapsnapshot"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Wrote a\.heapsnapshot \(.*\); 2 of \d+ texts changed\.$/m);
    const text = content("a.heapsnapshot").toString();
    expect(text).toHaveLength(heap.length);
    expect(text).not.toContain("correct horse");
    expect(text).not.toContain(jwt);
    expect(text).toContain("Anna of the shop");
    expect(statSync(join(command.folder, "a.heapsnapshot")).mode & 0o777).toBe(0o600);
    expect(leftovers()).toEqual([]);
  });

  test("has no values at all in mode strings, and is compressed if its name says so", () => {
    const { code } = command.run([
      "redact",
      "packed.heapsnapshot.gz",
      "--output",
      "b.heapsnapshot.gz",
      "--mode",
      "strings",
    ]);
    expect(code).toBe(0);
    const text = gunzipSync(content("b.heapsnapshot.gz")).toString();
    for (const value of ["correct horse", "Anna", "B-123456", jwt]) expect(text).not.toContain(value);
    expect(text).toContain('"Cache"');
  });

  test("comes from standard input, too, and takes patterns of the user", () => {
    const words = ["redact", "-", "-o", "c.heapsnapshot", "--pattern", String.raw`badge=B-\d{6}`, "--json"];
    const { code, stdout } = command.run(words, { input: heap });
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as { byPattern: Record<string, number>; changed: number };
    expect(result.byPattern).toEqual({ value: 2, badge: 1 });
    expect(content("c.heapsnapshot").toString()).not.toContain("B-123456");
  });

  test("brings a capture record that belongs to it and is redacted", () => {
    const record = captureRecordOf(heap, {
      target: {
        pid: 1,
        command: `node app.js --token=${jwt}`,
        runtime: "node",
        thread: { id: 0, name: "main" },
      },
    });
    command.write("recorded.heapsnapshot", heap);
    command.write("recorded.heapsnapshot.json", JSON.stringify(record));
    expect(command.run(["redact", "recorded.heapsnapshot", "-o", "d.heapsnapshot"]).code).toBe(0);
    const copy = content("d.heapsnapshot.json").toString();
    expect(copy).not.toContain(jwt);
    expect(copy).toContain("node app.js --token=");
    const summary = command.run(["summary", "d.heapsnapshot", "--json"]);
    expect(summary.code).toBe(0);
    expect(summary.stderr).not.toContain("record");
    expect((JSON.parse(copy) as { file: { name: string; bytes: number } }).file).toMatchObject({
      name: "d.heapsnapshot",
      bytes: heap.length,
    });
  });
});

describe("an audit", () => {
  test("says what looks secret and what holds it, and no secret", () => {
    const { code, stdout } = command.run(["redact", "app.heapsnapshot", "--audit"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^jwt +1 +Cache\.jwt ×1$/m);
    expect(stdout).toMatch(/^value +1 +Cache\.password ×1$/m);
    for (const secret of [jwt, jwt.slice(0, 12), "correct horse"]) expect(stdout).not.toContain(secret);
  });

  test("of a redacted file finds nothing but names that say that they hold secrets", () => {
    command.run(["redact", "app.heapsnapshot", "-o", "e.heapsnapshot", "--mode", "strings"]);
    const { stdout } = command.run(["redact", "e.heapsnapshot", "--audit", "--json"]);
    const { audit } = JSON.parse(stdout) as { audit: { pattern: string }[] };
    expect(audit.map(({ pattern }) => pattern)).toEqual(["value"]);
  });
});

describe("what goes wrong leaves nothing behind", () => {
  test.each([
    [
      "the output is there",
      ["app.heapsnapshot", "-o", "packed.heapsnapshot.gz"],
      /packed\.heapsnapshot\.gz exists already; .*--overwrite/,
    ],
    [
      "the output is the snapshot",
      ["app.heapsnapshot", "-o", "app.heapsnapshot", "--overwrite"],
      /is the snapshot itself/,
    ],
    ["the output's folder is missing", ["app.heapsnapshot", "-o", "no/where.heapsnapshot"], /cannot write/],
    ["the snapshot ends in the middle", ["half.heapsnapshot", "-o", "f.heapsnapshot"], /ends in the middle/],
    [
      "the snapshot is missing",
      ["none.heapsnapshot", "-o", "f.heapsnapshot"],
      /none\.heapsnapshot does not exist/,
    ],
    ["nothing is to be done", ["app.heapsnapshot"], /-o FILE/],
    [
      "a pattern is none",
      ["app.heapsnapshot", "-o", "f.heapsnapshot", "--pattern", "x=("],
      /no regular expression/,
    ],
    [
      "a pattern matches everything",
      ["app.heapsnapshot", "-o", "f.heapsnapshot", "--pattern", "x=.*"],
      /matches the empty text/,
    ],
  ])("when %s", (_, words, message) => {
    const { code, stderr, stdout } = command.run(["redact", ...words]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(command.folder, "f.heapsnapshot"))).toBe(false);
    expect(content("app.heapsnapshot").toString()).toBe(heap);
  });

  test("when Ctrl-C comes while it waits for its input", async () => {
    const words = [command.file, "redact", "-", "-o", "g.heapsnapshot"];
    const child = spawn(process.execPath, words, {
      cwd: command.folder,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const exit = once(child, "exit");
    child.stdin.write(heap.slice(0, 1000));
    await expect.poll(leftovers, { timeout: 20_000 }).toHaveLength(1);
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    expect(leftovers()).toEqual([]);
    expect(existsSync(join(command.folder, "g.heapsnapshot"))).toBe(false);
  });

  test("with --overwrite an older file is replaced", () => {
    command.write("old.heapsnapshot", "old");
    expect(command.run(["redact", "app.heapsnapshot", "-o", "old.heapsnapshot", "--overwrite"]).code).toBe(0);
    expect(content("old.heapsnapshot").toString()).toHaveLength(heap.length);
  });
});
