// Which JavaScript runtime a program is, and its version, from the bytes of its executable: running a foreign program to
// ask it would be running a foreign program. The name says little (a packed application contains Node under a name of its
// own); but every program that loads Node's native addons exports the functions that those call (`napi_…`), which few
// others do and which stand in a small table. The version is part of a constant text: `node.js/v24.21.0`.
// Cost: a small table of each executable (0.1 ms), and for a runtime a search through its constants (1 to 30 ms), once
// for each file as long as this program runs. Called by readProcess.

import { closeSync, fstatSync, openSync } from "node:fs";
import { basename } from "node:path";
import { ifReadable, readProcFile } from "./proc-file.ts";
import { readRange, readSections, type FileRange } from "./elf-sections.ts";

/** A runtime that has V8's heap, or looks like it. Of browsers, only those that can be debugged. */
export type Runtime = "node" | "deno" | "bun" | "chromium" | "electron" | "other";

export interface ExecutableFacts {
  readonly runtime: Runtime;
  /** As the runtime writes it: `v24.21.0`, `2.9.6`. */
  readonly version: string | undefined;
}

type KnownRuntime = Exclude<Runtime, "other">;

/** The text that holds the version, and the bytes to look for it by. */
const MARKS: Readonly<Record<KnownRuntime, { readonly bytes: string; readonly pattern: RegExp }>> = {
  node: { bytes: "node.js/v", pattern: /^node\.js\/(v\d+\.\d+\.\d+(?:-[\w.]+)?)/ },
  // With the commit, or right before the text with the commit: a part of Deno has a version of its own, `Deno/0.80.0`.
  deno: {
    bytes: "Deno/",
    pattern: /^Deno\/(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)(?:\+[0-9a-f]{7}|Deno\/)/,
  },
  bun: { bytes: "Bun/", pattern: /^Bun\/(\d+\.\d+\.\d+)/ },
  electron: { bytes: "Electron/", pattern: /^Electron\/(\d+\.\d+\.\d+(?:-(?:alpha|beta|nightly)\.\d+)?)/ },
  chromium: { bytes: "Chrome/", pattern: /^Chrome\/(\d+\.\d+\.\d+\.\d+)/ },
};

const NAMES: readonly (readonly [RegExp, KnownRuntime])[] = [
  [/^node(?:js)?(?:-?[\d.]+)?$/, "node"],
  [/^deno/, "deno"],
  [/^bunx?$/, "bun"],
  [/^electron/, "electron"],
];

const OTHER: ExecutableFacts = { runtime: "other", version: undefined };

const ADDON_FUNCTION = "napi_create_function";
const NODE_LIBRARY = /libnode\.so[.\d]*/;
// Electron's own library for video; Node has none.
const ELECTRON_LIBRARY = "libffmpeg.so";

/** Facts by device, file number and time of change: the same file says the same. */
const known = new Map<string, ExecutableFacts>();

/**
 * What the executable of a process is. `path` is where it was started from, for its name. `browser`: its arguments are
 * those of a browser that can be debugged. `undefined`: this user may not read it.
 */
export function readExecutable(pid: number, path: string, browser: boolean): ExecutableFacts | undefined {
  const file = ifReadable(() => openSync(`/proc/${pid}/exe`, "r"));
  if (file === undefined) return undefined;
  try {
    const { dev, ino, mtimeMs } = fstatSync(file);
    const key = `${dev}:${ino}:${mtimeMs}:${browser}`;
    let facts = known.get(key);
    if (facts === undefined) {
      facts = identify(file, basename(path), browser, () => openLibrary(pid, NODE_LIBRARY));
      known.set(key, facts);
    }
    return facts;
  } finally {
    closeSync(file);
  }
}

/** The runtime that a program's name promises. */
export function runtimeOfName(name: string): Runtime {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

/** `openLibrary` opens Node's own library, for a program that contains nothing but the call to it. */
export function identify(
  file: number,
  name: string,
  browser: boolean,
  openLibrary: () => number | undefined,
): ExecutableFacts {
  const sections = readSections(file);
  const constants = sections.get(".rodata") ?? { offset: 0, size: fstatSync(file).size };
  const symbols = sections.get(".dynstr");
  const imported = symbols === undefined ? "" : readRange(file, symbols).toString("latin1");
  if (NODE_LIBRARY.test(imported)) return identifyLibrary(openLibrary());
  const named = runtimeOfName(name);
  const loadsAddons = imported.includes(ADDON_FUNCTION);
  if (loadsAddons || named !== "other") {
    const isElectron = named === "electron" || imported.includes(ELECTRON_LIBRARY);
    // Electron contains Node, too.
    const candidates: readonly KnownRuntime[] = isElectron
      ? ["electron"]
      : named === "other"
        ? ["node", "deno", "bun"]
        : [named, ...(["node", "deno", "bun"] as const).filter((each) => each !== named)];
    for (const runtime of candidates) {
      const version = findVersion(file, constants, runtime);
      if (version !== undefined) return { runtime, version };
    }
    if (loadsAddons && named !== "other") return { runtime: named, version: undefined };
  }
  if (!browser) return OTHER;
  const version = findVersion(file, constants, "chromium");
  return version === undefined ? OTHER : { runtime: "chromium", version };
}

function identifyLibrary(file: number | undefined): ExecutableFacts {
  if (file === undefined) return { runtime: "node", version: undefined };
  try {
    const constants = readSections(file).get(".rodata") ?? { offset: 0, size: fstatSync(file).size };
    return { runtime: "node", version: findVersion(file, constants, "node") };
  } finally {
    closeSync(file);
  }
}

/** Opens the library as the process sees it, wherever its root folder is. */
function openLibrary(pid: number, name: RegExp): number | undefined {
  const path = /\s(\/.*)$/.exec(
    ifReadable(() => readProcFile(pid, "maps"))
      ?.split("\n")
      .find((line) => name.test(line)) ?? "",
  )?.[1];
  return path === undefined ? undefined : ifReadable(() => openSync(`/proc/${pid}/root${path}`, "r"));
}

const PIECE = 1 << 20;
const LONGEST_MARK = 64;

/** The first version in these bytes of the file, which are read in pieces that overlap. */
function findVersion(file: number, { offset, size }: FileRange, runtime: KnownRuntime): string | undefined {
  const { bytes, pattern } = MARKS[runtime];
  const end = offset + size;
  for (let start = offset; start < end; start += PIECE - LONGEST_MARK) {
    const piece = readRange(file, { offset: start, size: Math.min(PIECE, end - start) });
    // A mark at the very end may go on in the next piece, which begins with it.
    const last = piece.length < PIECE ? piece.length : piece.length - LONGEST_MARK - 1;
    for (let at = piece.indexOf(bytes); at >= 0 && at <= last; at = piece.indexOf(bytes, at + 1)) {
      const version = pattern.exec(piece.toString("latin1", at, at + LONGEST_MARK))?.[1];
      if (version !== undefined) return version;
    }
    if (piece.length < PIECE) return undefined;
  }
  return undefined;
}
