// What `heapscope --help` has to load. Start-up time cannot be asserted on a busy machine; what makes it can.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildCommand();
});
afterAll(() => command.remove());

it("starts with a line that lets a shell run it", () => {
  expect(readFileSync(command.file, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(command.file).mode & 0o111).toBe(0o111);
});

it("loads neither engine nor printers nor schemas before it knows the command", () => {
  let text = "";
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const source = readFileSync(file, "utf8");
    text += source;
    // Static imports only: `import{a}from"./chunks/x.js"` and `import"./chunks/x.js"`.
    for (const [, name] of source.matchAll(/\bimport\s*(?:[\w$*{}, ]+?\s*from\s*)?"(\.[^"]+)"/g)) {
      load(join(dirname(file), name!));
    }
  };
  load(command.file);
  expect(text.length).toBeLessThan(160_000);
  expect(text).toContain("missing required argument");
  expect(text).not.toContain("computing dominators");
  expect(text).not.toContain("bytes of the object itself");
});

it("needs no package at run time", () => {
  const folder = dirname(command.file);
  // The pages are for browsers: `import` and `require` are words in their texts.
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".js") && !/^(?:report|viewer)[\\/]/.test(name),
  );
  const wanted = files.flatMap((name) => {
    const source = readFileSync(join(folder, name), "utf8");
    // `import{a}from"x"`, `import"x"`, `import("x")`, `require("x")`; a text that ends in “from” is none.
    const imports =
      /\b(?:import|export)[\w$*{}, ]*?from\s*"([^".][^"]*)"|\b(?:import|require)\s*\(?\s*"([^".][^"]*)"/g;
    return [...source.matchAll(imports)].map(([, name, other]) => (name ?? other)!);
  });
  const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  expect([...new Set(wanted)].filter((name) => !builtin.has(name))).toEqual([]);
  const { dependencies } = JSON.parse(readFileSync(join(folder, "../package.json"), "utf8")) as {
    dependencies?: object;
  };
  expect(dependencies).toBeUndefined();
});
