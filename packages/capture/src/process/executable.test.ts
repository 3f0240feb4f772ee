import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSections } from "./elf-sections.ts";
import { identify, readExecutable, runtimeOfName, type ExecutableFacts } from "./executable.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heapscope-elf-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Format {
  readonly wide: boolean;
  readonly littleEndian: boolean;
}
const usual: Format = { wide: true, littleEndian: true };

/** An ELF file with these sections and nothing else. */
function formatElf(
  contents: Readonly<Record<string, string>>,
  { wide, littleEndian }: Format = usual,
): Buffer {
  const entrySize = wide ? 64 : 40;
  const names = ["", ...Object.keys(contents), ".shstrtab"];
  const texts = ["", ...Object.values(contents), `${names.join("\0")}\0`].map((text) =>
    Buffer.from(text, "latin1"),
  );
  const headerSize = wide ? 64 : 52;
  const bytes = Buffer.alloc(Math.max(64, headerSize) + texts.reduce((sum, text) => sum + text.length, 0));
  const table = Buffer.alloc(entrySize * names.length);
  const short = (at: number, value: number): unknown =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const word = (target: Buffer, at: number, value: number): unknown =>
    littleEndian ? target.writeUInt32LE(value, at) : target.writeUInt32BE(value, at);
  const address = (target: Buffer, at: number, value: number): unknown => {
    if (!wide) return word(target, at, value);
    return littleEndian
      ? target.writeBigUInt64LE(BigInt(value), at)
      : target.writeBigUInt64BE(BigInt(value), at);
  };
  bytes.write("\u007fELF", "latin1");
  bytes[4] = wide ? 2 : 1;
  bytes[5] = littleEndian ? 1 : 2;
  let offset = 64;
  let nameOffset = 0;
  for (const [index, text] of texts.entries()) {
    text.copy(bytes, offset);
    word(table, index * entrySize, nameOffset);
    address(table, index * entrySize + (wide ? 24 : 16), offset);
    address(table, index * entrySize + (wide ? 32 : 20), text.length);
    offset += text.length;
    nameOffset += names[index]!.length + 1;
  }
  address(bytes, wide ? 40 : 32, bytes.length);
  short(wide ? 58 : 46, entrySize);
  short(wide ? 60 : 48, names.length);
  short(wide ? 62 : 50, names.length - 1);
  return Buffer.concat([bytes, table]);
}

function open(content: Uint8Array | string): number {
  const path = join(folder, "file");
  writeFileSync(path, content);
  return openSync(path, "r");
}

function identifyContent(content: Uint8Array | string, name: string, browser = false): ExecutableFacts {
  const file = open(content);
  try {
    return identify(file, name, browser, () => undefined);
  } finally {
    closeSync(file);
  }
}

const addons = "\0napi_create_function\0napi_throw\0";

test.each([
  { wide: true, littleEndian: true },
  { wide: true, littleEndian: false },
  { wide: false, littleEndian: true },
  { wide: false, littleEndian: false },
])("sections are found in every kind of ELF file: %o", (format) => {
  const content = formatElf({ ".dynstr": addons, ".rodata": "constants" }, format);
  const file = open(content);
  const sections = readSections(file);
  closeSync(file);
  expect([...sections.keys()]).toEqual([".dynstr", ".rodata", ".shstrtab"]);
  const { offset, size } = sections.get(".rodata")!;
  expect(content.toString("latin1", offset, offset + size)).toBe("constants");
});

test("Node is known by what it exports, under any name", () => {
  const node = formatElf({ ".dynstr": addons, ".rodata": "x\0node.js/v24.21.0\0y" });
  const facts = { runtime: "node", version: "v24.21.0" };
  expect(identifyContent(node, "node")).toEqual(facts);
  expect(identifyContent(node, "shop-server")).toEqual(facts);
});

test.each([
  ["deno", "Deno/0.80.0grpc Deno/2.9.6Deno/2.9.6+e518fbd", { runtime: "deno", version: "2.9.6" }],
  ["app", "loading Deno/2.9.6+e518fbd", { runtime: "deno", version: "2.9.6" }],
  ["bun", "\0Bun/1.4.5\0", { runtime: "bun", version: "1.4.5" }],
  [
    "node",
    "node.js/v26.0.0-nightly20261101abc\0",
    { runtime: "node", version: "v26.0.0-nightly20261101abc" },
  ],
  ["deno", "without a version", { runtime: "deno", version: undefined }],
  ["node", "node.js/version of nothing", { runtime: "node", version: undefined }],
  ["server", "without a version", { runtime: "other", version: undefined }],
])("%s with %j", (name, constants, facts) => {
  expect(identifyContent(formatElf({ ".dynstr": addons, ".rodata": constants }), name)).toEqual(facts);
});

test("Electron contains Node, and is told by its library or its name", () => {
  const constants = "node.js/v22.9.0\0Chrome/138.0.7204.10 Electron/37.2.1\0";
  const facts = { runtime: "electron", version: "37.2.1" };
  expect(
    identifyContent(formatElf({ ".dynstr": `${addons}libffmpeg.so\0`, ".rodata": constants }), "code"),
  ).toEqual(facts);
  expect(identifyContent(formatElf({ ".dynstr": addons, ".rodata": constants }), "electron")).toEqual(facts);
});

test("a browser counts only when its arguments make it one that can be debugged", () => {
  const browser = formatElf({ ".dynstr": "\0", ".rodata": "Chrome/153.0.8010.0\0" });
  expect(identifyContent(browser, "chrome", true)).toEqual({ runtime: "chromium", version: "153.0.8010.0" });
  expect(identifyContent(browser, "chrome", false)).toEqual({ runtime: "other", version: undefined });
});

test("a Node that is only a call to its library has the library's version", () => {
  const library = join(folder, "libnode.so.115");
  writeFileSync(library, formatElf({ ".rodata": "node.js/v20.19.1\0" }));
  const file = open(formatElf({ ".dynstr": "\0libnode.so.115\0", ".rodata": "" }));
  expect(identify(file, "node", false, () => openSync(library, "r"))).toEqual({
    runtime: "node",
    version: "v20.19.1",
  });
  expect(identify(file, "node", false, () => undefined)).toEqual({ runtime: "node", version: undefined });
  closeSync(file);
});

test("a version is whole wherever it lies in a large file", () => {
  for (let shift = 0; shift < 80; shift++) {
    const before = "x".repeat((1 << 20) - shift);
    const node = formatElf({
      ".dynstr": addons,
      ".rodata": `${before}node.js/v24.21.10\0${"y".repeat(100)}`,
    });
    expect(identifyContent(node, "node").version).toBe("v24.21.10");
  }
});

test.each([
  ["", "node"],
  ["#!/bin/sh\nexec true\n", "node"],
  ["\u007fELF", "node"],
  [Buffer.concat([Buffer.from("\u007fELF\u0002\u0001", "latin1"), Buffer.alloc(200, 0xff)]), "node"],
  [formatElf({ ".dynstr": "\0printf\0", ".rodata": "node.js/v24.21.0" }), "postgres"],
])("what is no runtime is something else", (content, name) => {
  expect(identifyContent(content, name)).toEqual({ runtime: "other", version: undefined });
});

test.runIf(process.platform === "linux")("the Node that runs this is found with its version", () => {
  expect(readExecutable(process.pid, process.execPath, false)).toEqual({
    runtime: "node",
    version: process.version,
  });
});

test("names promise runtimes", () => {
  expect(
    ["node", "nodejs", "node18", "node-22", "nodemon", "deno", "bun", "bunyan"].map(runtimeOfName),
  ).toEqual(["node", "node", "node", "node", "other", "deno", "bun", "other"]);
  expect(runtimeOfName(basename(process.execPath))).toBe("node");
});
