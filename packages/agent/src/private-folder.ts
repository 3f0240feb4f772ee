// The folder of a user's agents in the system's folder for temporary files: for control sockets, and for captures unless
// another one is named. Others can write beside it, so that it may be theirs before it is ours.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export function privateFolder(): string {
  return path.join(os.tmpdir(), `heapscope-agent-${process.getuid?.() ?? "user"}`);
}

/** Throws if `folder` is in it, and it is not this user's alone. */
export function secure(folder: string): void {
  if (folder.startsWith(privateFolder())) makePrivateFolder();
}

/** Makes it, and throws if it is not this user's alone. */
export function makePrivateFolder(): string {
  const folder = privateFolder();
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkFolder(folder, 0o077);
  return folder;
}

/** Throws unless the folder is ours (or root's) and others have none of these permissions. */
export function checkFolder(folder: string, forbidden: number): void {
  const { uid, mode } = fs.lstatSync(folder);
  // On Windows both mean nothing.
  if (process.getuid && ((uid && uid !== process.getuid()) || mode & forbidden))
    throw new Error("its folder must be your own, with mode 0700");
}
