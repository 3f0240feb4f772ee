// The built page, read into memory when the server starts: it is small, a request is then a look into a map, no path of a
// request ever reaches the file system, and an update of the package does not mix two versions.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** By their path in the folder, with `/`. `index.html` is also there as "". Files of other types are left out. */
export function readPageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[path.extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, file).replaceAll("\\", "/"), { type, bytes: readFileSync(file) });
  }
  const index = files.get("index.html");
  if (index !== undefined) files.set("", index);
  return files;
}

const WORKER_LINK = '<meta name="heapscope-link" content="worker"';

/** The page that asks its server, instead of opening files by itself. */
export function withServerLink({ type, bytes }: PageFile): PageFile {
  const html = Buffer.from(bytes).toString("utf8");
  if (!html.includes(WORKER_LINK)) throw new Error("the built page does not say how it gets its answers");
  return { type, bytes: Buffer.from(html.replace(WORKER_LINK, WORKER_LINK.replace("worker", "server"))) };
}
