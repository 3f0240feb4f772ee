// Real programs, built as people build them, run in a process of their own: from the objects in its snapshot to the lines
// that their author wrote.

import { build, type BuildOptions } from "esbuild";
import type { HeapObject, HeapSnapshot } from "@heapscope/engine";
import { openFile } from "@heapscope/engine/node";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatPlace } from "./source-place.ts";
import { SourceResolver, type SourceOptions } from "./source-resolver.ts";

const run = promisify(execFile);

const session = `import { Store } from "./store.js";

export interface Options {
  readonly name: string;
}

/** The class Wrong { must not be taken for this one. */
export class Session extends Store<Options> {
  private readonly opened: Date = new Date();

  static count(): number {
    return 0;
  }

  constructor(
    readonly id: number,
    options: Options,
  ) {
    super(options);
    this.touch();
  }

  private touch(): void {
    this.opened.getTime();
  }
}

// Has no constructor of its own.
export class Plain {
  value: { filled: boolean } = { filled: true };
}

export function openSession(id: number): Session {
  return new Session(id, { name: "é" + id });
}

export const makeListener =
  (session: Session): (() => number) =>
  () =>
    session.id;

export async function waitForever(session: Session, gate: Promise<unknown>): Promise<Session> {
  await gate;
  return session;
}

export function* numbers(limit: number): Generator<number> {
  for (let at = 0; at < limit; at++) yield at;
}

export const handlers = {
  async onData<T extends Session>(value: T): Promise<T> {
    return value;
  },
  onEnd: (session: Session): void => {
    session.id.toFixed();
  },
};
`;

const store = `export class Store<T> {
  readonly options: T;
  constructor(options: T) {
    this.options = options;
  }
}
`;

const main = `import { writeHeapSnapshot } from "node:v8";
import { handlers, makeListener, numbers, openSession, Plain, waitForever } from "./session.js";
import { Store } from "./store.js";

const session = openSession(1);
const generator = numbers(3);
generator.next();
let open = (_: unknown): void => {};
const gate = new Promise((resolve) => (open = resolve));

Object.assign(globalThis, {
  leaked: {
    session,
    plain: new Plain(),
    store: new Store(1),
    openSession,
    makeListener,
    listener: makeListener(session),
    pending: waitForever(session, gate),
    generator,
    bound: openSession.bind(null, 2),
    onData: handlers.onData,
    onEnd: handlers.onEnd,
    open,
  },
});
writeHeapSnapshot(process.argv[2]);
`;

/** Line and name. Columns are as exact as the builder makes them: at the name, its bracket or the word before. */
const lineOf = (text: string, words: string): number => text.slice(0, text.indexOf(words)).split("\n").length;
const written = {
  session: [`src/session.ts:${lineOf(session, "constructor(")}`, "Session"],
  plain: [`src/session.ts:${lineOf(session, "class Plain")}`, "Plain"],
  store: [`src/store.ts:${lineOf(store, "constructor(")}`, "Store"],
  openSession: [`src/session.ts:${lineOf(session, "function openSession")}`, "openSession"],
  makeListener: [`src/session.ts:${lineOf(session, "(session: Session): (() =>")}`, "makeListener"],
  listener: [`src/session.ts:${lineOf(session, "() =>\n    session.id")}`, "(within makeListener)"],
  pending: [`src/session.ts:${lineOf(session, "function waitForever")}`, "waitForever"],
  generator: [`src/session.ts:${lineOf(session, "function* numbers")}`, "numbers"],
  bound: [`src/session.ts:${lineOf(session, "function openSession")}`, "openSession"],
  onData: [`src/session.ts:${lineOf(session, "async onData")}`, "onData"],
  onEnd: [`src/session.ts:${lineOf(session, "onEnd:")}`, "onEnd"],
};

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "heapscope-bundles-")));
  const files = { "session.ts": session, "store.ts": store, "main.ts": main };
  mkdirSync(path.join(folder, "src"));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, "src", name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function bundle(name: string, options: BuildOptions): Promise<string> {
  const outfile = path.join(folder, name, "main.js");
  const entryPoints = [path.join(folder, "src/main.ts")];
  await build({ entryPoints, bundle: true, platform: "node", outfile, logLevel: "silent", ...options });
  return outfile;
}

/** Runs a program until it has written its snapshot. */
async function snapshotOf(program: string): Promise<HeapSnapshot> {
  const file = `${program}.heapsnapshot`;
  await run(process.execPath, [program, file]);
  const snapshot = await openFile(file);
  await snapshot.prepare(["scriptUrls"]);
  return snapshot;
}

/** A line, with what ran instead of what was written if there is no more to know, and the name there. */
type Line = readonly [string, string | undefined] | "unknown";

/** Where each of the leaked objects comes from, as `written` has it. */
function places(snapshot: HeapSnapshot, options: SourceOptions = {}): Record<string, Line> {
  const sources = new SourceResolver(options);
  const found: Record<string, Line> = {};
  for (const { name, to } of findLeaked(snapshot).edges()) {
    if (!Object.hasOwn(written, name)) continue;
    const place = sources.placeOf(to);
    if (place === undefined) {
      found[name] = "unknown";
      continue;
    }
    const file = path.isAbsolute(place.file) ? path.relative(folder, place.file) : place.file;
    const line = formatPlace({ ...place, file }).replace(/:\d+$/, "");
    const within = place.within === undefined ? undefined : `(within ${place.within})`;
    found[name] = [place.mapped ? line : `${line}, as it ran`, place.name ?? within];
  }
  expect(sources.notes).toEqual([]);
  return found;
}

function findLeaked(snapshot: HeapSnapshot): HeapObject {
  for (let node = 0; node < snapshot.graph.nodeCount; node++) {
    const object = snapshot.object(node);
    if (object.type !== "object") continue;
    const names = new Set(object.edges().map(({ name }) => name));
    if (names.has("makeListener") && names.has("pending")) return object;
  }
  throw new Error("The program kept nothing.");
}

it("a bundle with a map beside it", async () => {
  expect(places(await snapshotOf(await bundle("plain", { sourcemap: true })))).toEqual(written);
});

it("a minified bundle with the map in itself, for an older language", async () => {
  const program = await bundle("inline", { sourcemap: "inline", minify: true, target: "es2020" });
  expect(readFileSync(program, "utf8").split("\n", 1)[0]!.length).toBeGreaterThan(500);
  expect(places(await snapshotOf(program))).toEqual(written);
});

it("a minified bundle whose map is kept elsewhere, and as a webpack-like map with sections", async () => {
  const program = await bundle("hidden", { sourcemap: "external", minify: true, keepNames: true });
  const map = JSON.parse(readFileSync(`${program}.map`, "utf8")) as { sources: string[] };
  rmSync(`${program}.map`);
  // As bundlers do that put a runtime of their own in front.
  const runtime = "/* the runtime */\nvar modules = {};\n/* the modules */ ";
  writeFileSync(program, runtime + readFileSync(program, "utf8"));
  const offset = { line: 2, column: "/* the modules */ ".length };
  const own = { version: 3, sources: ["webpack://app/webpack/bootstrap"], names: [], mappings: "AAAA;AACA" };
  const place = (sources: string[]) => ({
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: own },
      { offset, map: { ...map, sources } },
    ],
  });
  const folders = ["near", "webpack"].map((name) => path.join(folder, "maps", name));
  for (const each of folders) mkdirSync(each, { recursive: true });
  writeFileSync(path.join(folders[0]!, "main.js.map"), JSON.stringify(place(map.sources)));
  const urls = map.sources.map((source) => source.replace("../src/", "webpack://app/./src/"));
  writeFileSync(path.join(folders[1]!, "main.js.map"), JSON.stringify(place(urls)));

  const snapshot = await snapshotOf(program);
  for (const each of folders) expect(places(snapshot, { folders: [each] })).toEqual(written);
  const unmapped = Object.values(places(snapshot)).map(([line]) => line);
  expect(new Set(unmapped)).toEqual(new Set(["hidden/main.js:3, as it ran"]));
});

it("what the TypeScript compiler makes, file by file", async () => {
  const compiler = path.resolve("node_modules/.bin/tsc");
  const options = "--sourceMap --target es2020 --module commonjs --moduleResolution bundler --types".split(
    " ",
  );
  const outDir = path.join(folder, "compiled");
  // It does not know Node's types here, and compiles all the same.
  await run(compiler, [...options, "", "--outDir", outDir, "--rootDir", "src", "src/main.ts"], {
    cwd: folder,
  }).catch(() => undefined);
  expect(places(await snapshotOf(path.join(outDir, "main.js")))).toEqual(written);
});

it("scripts that were not built", async () => {
  const program = path.join(folder, "plain.js");
  writeFileSync(
    program,
    `class Session { constructor() {} }
class Plain {}
const makeListener = () => () => 1;
globalThis.leaked = { session: new Session(), plain: new Plain(), makeListener, pending: (async function wait() {})() };
require("node:v8").writeHeapSnapshot(process.argv[2]);`,
  );
  expect(places(await snapshotOf(program))).toEqual({
    session: ["plain.js:1, as it ran", "Session"],
    plain: ["plain.js:2, as it ran", "Plain"],
    makeListener: ["plain.js:3, as it ran", "makeListener"],
    pending: "unknown",
  });
});
