// Reading from /proc, the kernel's view of all processes: text that is made while it is read, so it has no length
// beforehand, may be gone in the middle, and is partly closed to other users. Each of these has one answer here.
// Linux only: `requireProc` says so first. Cost: one system call or three a file, some microseconds.

import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { CaptureError } from "../capture-error.ts";

/** Throws `CaptureError` with code `unsupported` where there is no /proc. */
export function requireProc(): void {
  if (process.platform === "linux" && existsSync("/proc/self/stat")) return;
  throw new CaptureError(
    process.platform,
    "unsupported",
    "Processes can be found on Linux only; start the process with --inspect and give its address: host:port.",
  );
}

/** The file `name` of a process, such as `status` or `net/tcp`. Throws what `readFileSync` throws. */
export function readProcFile(pid: number | "self", name: string): string {
  return readFileSync(`/proc/${pid}/${name}`, "utf8");
}

/** The words of a file in which each ends with a zero byte: `cmdline`, `environ`. Empty words at the end are padding. */
export function readProcWords(pid: number | "self", name: string): string[] {
  const words = readProcFile(pid, name).split("\0");
  while (words.at(-1) === "") words.pop();
  return words;
}

/** Where a link of a process leads, such as `exe`, `cwd`, `ns/net`. Throws what `readlinkSync` throws. */
export function readProcLink(pid: number | "self", name: string): string {
  return readlinkSync(`/proc/${pid}/${name}`);
}

/** The names in a folder of a process, such as `fd` or `task`. Throws what `readdirSync` throws. */
export function listProcFolder(pid: number | "self", name: string): string[] {
  return readdirSync(`/proc/${pid}/${name}`);
}

/** All processes that this one sees, in ascending order. */
export function listPids(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** What `read` returns, or `undefined` where the kernel forbids it to this user. Throws all else. */
export function ifPermitted<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** What `read` returns, or `undefined` where it is forbidden or not there: a link of a kernel thread, a zombie's files. */
export function ifReadable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isForbidden(error) || isGone(error)) return undefined;
    throw error;
  }
}

/** Whether a read failed because the process is no more. */
export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ESRCH";
}

/** Whether a read failed because the kernel keeps the file from this user. */
export function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM";
}
