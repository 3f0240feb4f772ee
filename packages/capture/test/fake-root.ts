// A folder that stands for `/`, with the files of /proc and /sys that a test needs.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export interface FakeRoot {
  readonly path: string;
  remove(): void;
}

/** Path → content; all folders are made. */
export function makeRoot(files: Readonly<Record<string, string>>): FakeRoot {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-root-"));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return { path: root, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}
