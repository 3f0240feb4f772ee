// What a map calls a source, as the file that its author knows: bundlers write urls of their own around it.

import { scriptPath } from "@heapscope/engine";

/**
 * The path of a source: absolute for files, relative to the project for what bundlers name (`webpack://app/./src/x.ts`).
 * Other urls stay as they are.
 */
export function authorFile(source: string): string {
  if (source.startsWith("file:")) return fileOf(source);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(source)?.[1]?.toLowerCase();
  // One letter is a drive.
  if (scheme === undefined) return source;
  if (/^(?:https?|node|data|blob|wasm)$/.test(scheme)) return source;
  const rest = source.slice(scheme.length + 1);
  // webpack://NAME/./src/x.ts?1a2b, webpack-internal:///./src/x.ts, turbopack:///[project]/src/x.ts
  const path = rest
    .replace(/^\/\/(?:@[^/]*\/)?[^/]*\//, "")
    .replace(/\?[\w-]*$/, "")
    .replace(/^(?:\[[\w-]+\]\/|\.\/|\/)+/, "");
  return path === "" ? source : path;
}

/** As `scriptPath`; but tools write paths into urls as they are, so that `100%.ts` is one that cannot be decoded. */
function fileOf(url: string): string {
  const path = scriptPath(url);
  return path === url ? url.replace(/^file:\/\/(?=\/)/, "") : path;
}

/** The url of a script's path, for a map's relative sources to be relative to; of a url, itself. */
export function scriptUrl(script: string): string {
  const encode = (path: string): string => path.replaceAll(/[%?#]/g, encodeURIComponent);
  if (/^[A-Za-z]:[\\/]/.test(script)) return `file:///${encode(script.replaceAll("\\", "/"))}`;
  if (script.startsWith("\\\\")) return `file:${encode(script.replaceAll("\\", "/"))}`;
  return script.startsWith("/") ? `file://${encode(script)}` : script;
}

/** The last part of a path or url. */
export function baseName(file: string): string {
  return parts(file).at(-1) ?? "";
}

/** The parts of a path or url, without its query. */
export function parts(file: string): string[] {
  return file
    .replace(/^[a-z][a-z0-9+.-]+:\/+/i, "")
    .replace(/[?#].*$/s, "")
    .split(/[\\/]+/)
    .filter((part) => part !== "");
}
