// The source maps in a folder that the user names: files `*.map` in it and below, found by the name of the script, or by
// the name that a map gives to its script.

import { opendirSync, statSync } from "node:fs";
import path from "node:path";
import { baseName, parts } from "./author-file.ts";
import { readLocalHead, readLocalTail } from "./local-file.ts";

const DEEPEST_FOLDER = 12;
const MOST_ENTRIES = 200_000;
/** The field `file` is in the beginning or in the end of a map. */
const PEEK = 64 * 2 ** 10;

export class MapFolder {
  readonly folder: string;
  #maps: readonly string[] | undefined;
  #byFile: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(folder: string) {
    this.folder = path.resolve(folder);
  }

  /**
   * Maps that may be a script's, the likeliest first: those named as `names` say, then those that name the script. Of
   * equals, whose folders are called as the script's. **Cost**: reads the folders at first, and for the second kind the
   * beginning of each map.
   */
  find(script: string, names: readonly string[]): string[] {
    this.#maps ??= listMaps(this.folder);
    const wanted = new Set(names);
    const named = this.#maps.filter((map) => wanted.has(path.basename(map)));
    const found = named.length > 0 ? named : (this.#readFiles().get(baseName(script)) ?? []);
    // What a package is made of has names such as index.js, which say nothing.
    const needed = parts(script).includes("node_modules") ? 2 : 1;
    const likeness = new Map(found.map((map) => [map, commonEnd(parts(script), parts(map))]));
    return found
      .filter((map) => needed === 1 || likeness.get(map)! >= needed)
      .sort((a, b) => likeness.get(b)! - likeness.get(a)! || (a < b ? -1 : 1));
  }

  #readFiles(): ReadonlyMap<string, readonly string[]> {
    if (this.#byFile !== undefined) return this.#byFile;
    const byFile = new Map<string, string[]>();
    for (const map of this.#maps ?? []) {
      const file = readFileField(map);
      if (file === undefined) continue;
      const name = baseName(file);
      const known = byFile.get(name);
      if (known === undefined) byFile.set(name, [map]);
      else known.push(map);
    }
    return (this.#byFile = byFile);
  }
}

/** The maps of a folder and of those below. Links to folders are not followed. */
function listMaps(folder: string): string[] {
  const maps: string[] = [];
  let entries = 0;
  const list = (at: string, depth: number): void => {
    let directory;
    try {
      directory = opendirSync(at);
    } catch {
      return; // not ours to read
    }
    try {
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        if (++entries > MOST_ENTRIES) return;
        const file = path.join(at, entry.name);
        if (entry.isDirectory() && depth < DEEPEST_FOLDER) list(file, depth + 1);
        else if (entry.name.endsWith(".map")) maps.push(file);
      }
    } finally {
      directory.closeSync();
    }
  };
  if (statSync(folder, { throwIfNoEntry: false })?.isFile() === true) return [folder];
  list(folder, 0);
  return maps.sort();
}

/** The field `file` of a map, without reading all of it. */
function readFileField(map: string): string | undefined {
  for (const peek of [readLocalHead, readLocalTail]) {
    const text = /"file"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(peek(map, PEEK)?.toString() ?? "")?.[1];
    if (text === undefined) continue;
    try {
      return JSON.parse(text) as string;
    } catch {
      continue;
    }
  }
  return undefined;
}

function commonEnd(script: readonly string[], map: readonly string[]): number {
  // The base names differ by `.map`, or do not matter.
  let count = 1;
  while (count < script.length && count < map.length && script.at(-1 - count) === map.at(-1 - count)) count++;
  return count;
}
