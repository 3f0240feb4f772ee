import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatLocation } from "@heapscope/capture";
import { runDemo } from "./demo.mjs";

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

test("the demo names what leaks, what holds it and where both are made", async () => {
  const lines: string[] = [];
  const { growth, scripts, files } = await runDemo({ folder, print: (line: string) => lines.push(line) });

  expect(growth.suspects).toHaveLength(1);
  const { holder, piles } = growth.suspects[0];
  const [{ entry, subject, added }] = piles;
  expect(holder.className).toBe("Array");
  expect(subject.className).toBe("RequestContext");
  expect(added).toEqual([600, 600]); // three of every four requests price a basket

  const file = path.join(practice, "request-context.js");
  const placeOfListener = placeOf(file, "(changed) =>");
  const placeOfConstructor = placeOf(file, "(session, catalog, articles)");
  expect(formatLocation(scripts, entry.location!)).toBe(placeOfListener);
  expect(formatLocation(scripts, subject.location!)).toBe(placeOfConstructor);

  const text = lines.join("\n");
  expect(text).toContain("LEAK FOUND: RequestContext objects pile up and are never released.");
  expect(text).toMatch(/Held by +Array @\d+ \(Catalog\._events\.change\), which was there in all snapshots/);
  expect(text).toContain(`created at ${path.relative("", placeOfListener)}`);
  expect(text).toContain(`the constructor at ${path.relative("", placeOfConstructor)}`);
  expect(text).toMatch(new RegExp(`path ${path.relative("", files[2])} @${subject.id}$`, "m"));
  expect(fs.readdirSync(folder)).toEqual(["1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot"]);
}, 120_000);

test("the server without the leak is not accused", async () => {
  const lines: string[] = [];
  const { growth } = await runDemo({ folder, fixed: true, print: (line: string) => lines.push(line) });
  expect(growth.suspects).toEqual([]);
  expect(lines.join("\n")).toContain("NO LEAK FOUND");
}, 120_000);

test("stopping the demo stops the server", async () => {
  const stop = new AbortController();
  let pid = 0;
  const demo = runDemo({
    folder,
    signal: stop.signal,
    print: (line: string) => {
      pid = Number(/process (\d+)/.exec(line)?.[1]);
      stop.abort(new Error("enough"));
    },
  });
  await expect(demo).rejects.toThrow();
  await expect.poll(() => isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
