// `summary` with what an earlier run has kept says what it says without, for every fixture and all its options.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Outcome } from "../command.ts";
import { parseCommandLine } from "../command-line.ts";
import { commands } from "../commands.ts";
import { fixture, recording } from "../end-to-end/built-command.ts";
import { jsonParts } from "../json-output.ts";
import { Page } from "../print/page.ts";
import { createPalette } from "../print/palette.ts";
import { silentProgress } from "../progress.ts";
import { createContext } from "../snapshot-context.ts";
import type { CacheSettings } from "./cache-settings.ts";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-summary-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const facts = { name: "heapscope", version: "1.0.0", description: "", helpWidth: 80, colour: false };

/** Runs the command as the program does, and tells how often a snapshot was opened. */
async function run(
  words: readonly string[],
  cacheSettings: CacheSettings | undefined,
): Promise<{ readonly text: string; readonly opened: number }> {
  const request = parseCommandLine(words, commands, facts);
  if (request.kind !== "run") throw new Error(request.kind);
  const context = createContext({
    json: request.json,
    cacheSettings,
    commands,
    signal: new AbortController().signal,
    enough: new AbortController().signal,
    progress: silentProgress,
    output: process.stdout,
    wantsColour: false,
    say: () => {},
    ask: async () => undefined,
  });
  let opened = 0;
  const counting = {
    ...context,
    openSnapshot: (file: string) => {
      opened++;
      return context.openSnapshot(file);
    },
  };
  const outcome: Outcome = await request.command.execute(counting, request.input);
  const page = new Page(createPalette(false), undefined);
  await outcome.print(page);
  context.keepComputed();
  return { text: [...page.lines, ...jsonParts(outcome.value)].join("\n"), opened };
}

const files = [
  ...["node-18-default", "node-24-internals", "node-24-pair-1", "chromium-page", "bun-v8-format"].map(
    fixture,
  ),
  recording,
];

it.each(files.map((file) => [path.basename(file), file] as const))("of %s", async (_, file) => {
  const settings: CacheSettings = { folder, maxBytes: 1e9, leastBytes: 0 };
  expect((await run(["summary", file], settings)).opened).toBe(1);
  const choices = [
    ...["retained", "shallow", "count", "name", "distance"].map((order) => ["--sort", order]),
    ["--limit", "3"],
    ["--json"],
    ["--filter", "NoSuchConstructor", "--limit", "0"],
  ];
  for (const options of choices) {
    const words = ["summary", file, ...options];
    const known = await run(words, settings);
    expect(known.opened).toBe(0);
    expect(known.text).toBe((await run(words, undefined)).text);
  }
  for (const options of [
    ["--filter", "e"],
    ["--filter", "/^\\(/", "--sort", "count", "--json"],
  ]) {
    const words = ["summary", file, ...options];
    // The objects are not kept.
    const known = await run(words, settings);
    expect(known.opened).toBe(1);
    expect(known.text).toBe((await run(words, undefined)).text);
  }
});
