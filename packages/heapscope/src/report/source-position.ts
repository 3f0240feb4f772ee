// A place in the source as reports need it: a path relative to the folder that the check runs in, as long as it is inside,
// since services look for it in the repository.

import { relative, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export interface SourcePosition {
  /** Relative with `/`, or absolute where the file is elsewhere. */
  readonly path: string;
  /** The same as a URI reference. */
  readonly uri: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Reads `file:line:column`. `undefined` for what is no file, such as Node's own modules. */
export function parseSourcePosition(location: string, folder: string): SourcePosition | undefined {
  const [, place, line, column] = /^(.+):([1-9]\d*):([1-9]\d*)$/su.exec(location) ?? [];
  if (place === undefined) return undefined;
  let file = place;
  try {
    if (file.startsWith("file:")) file = fileURLToPath(file);
  } catch {
    return undefined; // of another system, or broken
  }
  if (/^[a-z][a-z0-9+.-]+:/iu.test(file) && !/^[a-z]:[\\/]/iu.test(file)) return undefined;
  return { ...describeFile(file, folder), line: Number(line), column: Number(column) };
}

/** A file as a report names it. */
export function describeFile(file: string, folder: string): { path: string; uri: string } {
  const absolute = resolve(folder, file);
  const inside = relative(folder, absolute);
  if (inside === "" || inside.startsWith("..") || isAbsolute(inside))
    return { path: absolute, uri: pathToFileURL(absolute).href };
  const path = inside.replaceAll("\\", "/");
  return { path, uri: path.split("/").map(encodeURIComponent).join("/") };
}
