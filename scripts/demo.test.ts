import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildCommand, type BuiltCommand } from "../packages/heapscope/src/end-to-end/built-command.ts";
import type { Leaks } from "../packages/heapscope/src/schemas/leaks.ts";
import { runDemo } from "./demo.mjs";

let command: BuiltCommand;
beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

const practice = path.resolve("examples/practice-leak/src");
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-demo-"));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Line and column, from 1, of the first place in `file` where `text` stands. */
function placeOf(file: string, text: string): string {
  const source = fs.readFileSync(file, "utf8");
  const before = source.slice(0, source.indexOf(text)).split("\n");
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`;
}

test("the demo names what leaks, what holds it, where both are made and by whom", async () => {
  const lines: string[] = [];
  const { code, stdout, stderr } = await runDemo({
    folder,
    command: command.file,
    words: ["--json"],
    output: "pipe",
    print: (line: string) => lines.push(line),
  });
  expect(code, stderr).toBe(0);
  expect(lines[1]).toMatch(
    /^\$ .*heapscope.* leaks .* --exercise '.*load\.js" \d+ 800' --rest 2200ms --out /,
  );

  const { verdict, suspects } = JSON.parse(stdout) as Leaks;
  expect(verdict).toBe("leak");
  expect(suspects.map(({ className, container }) => `${className} in ${container}`)).toEqual([
    "RequestContext in listeners",
  ]);
  const { count, created, entry, path: way, allocations = [] } = suspects[0]!;
  expect(count.perRound).toEqual([600, 600]); // three of every four requests price a basket
  expect(way.at(-1)!.edge).toBe("listeners of 'change' on Catalog");

  const file = path.join(practice, "request-context.js");
  expect(created).toBe(placeOf(file, "(session, catalog, articles)"));
  expect(entry.location).toBe(placeOf(file, "(changed) =>"));
  expect(allocations[0]?.stack.map((each) => each.function).slice(0, 2)).toEqual([
    "RequestContext",
    "answerBasket",
  ]);
  expect(fs.readdirSync(folder).filter((name) => name.endsWith(".heapsnapshot"))).toEqual([
    "1.heapsnapshot",
    "2.heapsnapshot",
    "3.heapsnapshot",
  ]);
}, 120_000);

test("the server without the leak is not accused", async () => {
  const { code, stdout } = await runDemo({
    folder,
    fixed: true,
    command: command.file,
    output: "pipe",
    print: () => {},
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^No leak: nothing accumulates over 2 rounds\.\n/);
}, 120_000);

test("stopping the demo stops the server", async () => {
  const stop = new AbortController();
  let pid = 0;
  const demo = runDemo({
    folder,
    command: command.file,
    output: "pipe",
    signal: stop.signal,
    print: (line: string) => {
      pid ||= Number(/process (\d+)/.exec(line)?.[1]);
      setTimeout(() => stop.abort(new Error("enough")), 1000);
    },
  });
  await expect(demo).rejects.toThrow("enough");
  await expect.poll(() => isRunning(pid)).toBe(false);
}, 30_000);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
