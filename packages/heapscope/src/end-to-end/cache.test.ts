// What the command keeps of snapshots between runs: that it is used, that nothing else than its own is, and that one can do
// without. What is kept and what makes it invalid is tested beside the code (engine/src/node/cache).

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildServerCommand, serverSnapshot, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;
let folder: string;
let count = 0;

/** Long enough to be kept: white space is part of JSON. */
const LARGE = 2_000_000;

beforeAll(async () => {
  command = buildServerCommand();
  command.write("large.heapsnapshot", serverSnapshot().padEnd(LARGE));
  // What has just been written may be written on.
  await new Promise((resolve) => setTimeout(resolve, 100));
});
afterAll(() => command.remove());
beforeEach(() => {
  folder = join(command.folder, `cache-${count++}`);
});

const FILE = "large.heapsnapshot";

function run(words: readonly string[], environment: Record<string, string> = {}): string {
  const { code, stdout, stderr } = command.run(words, {
    environment: { HEAPSCOPE_CACHE_DIR: folder, ...environment },
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

const kept = (): string[] => (fs.existsSync(folder) ? fs.readdirSync(folder) : []);

/** Puts another name of a class into the summary that was kept, with the right checksums. Whoever says it has used it. */
function forge(): void {
  const file = join(
    folder,
    kept().find((name) => name.endsWith(".summary"))!,
  );
  const bytes = fs.readFileSync(file);
  const label = bytes.subarray(16, 16 + bytes.readUInt32LE(8)).toString();
  const text = bytes
    .subarray(16 + label.length)
    .toString()
    .replaceAll("Session", "Forgery");
  const { sections, ...rest } = JSON.parse(label) as { sections: unknown };
  expect(sections).toHaveLength(1);
  const next = JSON.stringify({ ...rest, sections: [{ bytes: Buffer.byteLength(text), crc: crc32(text) }] });
  const prefix = Buffer.from(bytes.subarray(0, 16));
  prefix.writeUInt32LE(next.length, 8);
  prefix.writeUInt32LE(crc32(next), 12);
  fs.writeFileSync(file, Buffer.concat([prefix, Buffer.from(next), Buffer.from(text)]));
}

describe("a second time", () => {
  it("summary answers from what it has kept, with the same words", () => {
    const plain = command.run(["summary", FILE]).stdout;
    expect(run(["summary", FILE])).toBe(plain);
    expect(
      kept()
        .map((name) => name.replace(/^\w+/, ""))
        .sort(),
    ).toEqual([".summary", ".tables"]);
    expect(run(["summary", FILE])).toBe(plain);
    const json = command.run(["summary", FILE, "--json"]).stdout;
    expect(run(["summary", FILE, "--json"])).toBe(json);
    forge();
    expect(run(["summary", FILE])).toBe(plain.replaceAll("Session", "Forgery"));
  });

  it.each([
    ["retainers", FILE, "@31"],
    ["path", FILE, "@31"],
    ["object", FILE, "@21"],
    ["dominators", FILE],
    ["strings", FILE],
    ["summary", FILE, "--filter", "Session"],
    ["diff", FILE, "later.heapsnapshot"],
    ["check", FILE, "--budget", "Session<=1000"],
  ])("%s says the same", (...words) => {
    const plain = command.run([...words, "--json"]).stdout;
    run(["summary", FILE]);
    expect(run([...words, "--json"])).toBe(plain);
    expect(plain).not.toBe("");
  });

  it("notices another file in its place, and keeps that", () => {
    command.write("changing.heapsnapshot", serverSnapshot().padEnd(LARGE));
    expect(run(["summary", "changing.heapsnapshot"])).toContain("Session");
    command.write("changing.heapsnapshot", serverSnapshot().replaceAll("Session", "Meeting").padEnd(LARGE));
    expect(run(["summary", "changing.heapsnapshot"])).toContain("Meeting");
    expect(run(["summary", "changing.heapsnapshot"])).toContain("Meeting");
    expect(kept()).toHaveLength(2);
  });

  it("reads the snapshot again when all that was kept is damaged", () => {
    const plain = run(["dominators", FILE]);
    run(["summary", FILE]);
    for (const name of kept()) fs.truncateSync(join(folder, name), fs.statSync(join(folder, name)).size - 1);
    expect(run(["dominators", FILE])).toBe(plain);
    const text = run(["summary", FILE]);
    expect(text).toBe(command.run(["summary", FILE]).stdout);
    forge();
    expect(run(["summary", FILE])).toContain("Forgery");
  });
});

it("is written by two processes at once, and is whole", async () => {
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [command.file, "summary", FILE], {
      cwd: command.folder,
      env: { PATH: process.env["PATH"], HEAPSCOPE_CACHE_DIR: folder },
      stdio: "ignore",
    }),
  );
  const codes = await Promise.all(
    children.map(async (child) => ((await once(child, "exit")) as [number])[0]),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(kept()).toHaveLength(2);
  forge();
  expect(run(["summary", FILE])).toContain("Forgery");
});

describe("nothing is kept or used", () => {
  it("with --no-cache", () => {
    run(["summary", FILE, "--no-cache"]);
    expect(fs.existsSync(folder)).toBe(false);
    run(["summary", FILE]);
    forge();
    const before = kept().map((name) => fs.statSync(join(folder, name)).mtimeMs);
    expect(run(["summary", FILE, "--no-cache"])).not.toContain("Forgery");
    expect(kept().map((name) => fs.statSync(join(folder, name)).mtimeMs)).toEqual(before);
  });

  it("with a size of 0, without a home, or in a folder that cannot be made", () => {
    const plain = run(["summary", FILE], { HEAPSCOPE_CACHE_SIZE: "0" });
    expect(fs.existsSync(folder)).toBe(false);
    expect(run(["summary", FILE], { HEAPSCOPE_CACHE_DIR: "" })).toBe(plain);
    expect(run(["summary", FILE], { HEAPSCOPE_CACHE_DIR: `${FILE}/cache` })).toBe(plain);
  });

  it("of standard input", () => {
    const { code } = command.run(["summary", "-"], {
      input: serverSnapshot().padEnd(LARGE),
      environment: { HEAPSCOPE_CACHE_DIR: folder },
    });
    expect(code).toBe(0);
    expect(fs.existsSync(folder)).toBe(false);
  });
});

it("is in the user's folder for caches", () => {
  const home = join(command.folder, "home");
  run(["summary", FILE], { HEAPSCOPE_CACHE_DIR: "", HOME: home, XDG_CACHE_HOME: join(home, "caches") });
  expect(fs.readdirSync(join(home, "caches", "heapscope"))).toHaveLength(2);
});

it("says what is wrong with a size", () => {
  const { code, stderr } = command.run(["summary", FILE], {
    environment: { HEAPSCOPE_CACHE_SIZE: "much" },
  });
  expect(code).toBe(2);
  expect(stderr).toBe(
    "heapscope: HEAPSCOPE_CACHE_SIZE is 'much', which is no size; give a number with its unit, for example 500MB, or 0 for no cache.\n",
  );
});
