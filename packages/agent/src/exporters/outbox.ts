// The folder of finished files, seen as things to be sent. A file's name says whose it is; beside it `.NAME.exports.json` says
// what each exporter has done with it. One process at a time sends, the one that has the lock. Everything is on the disk, so
// that a process that dies loses nothing: the next one in this folder goes on.
//
// Cost: one `lstat` and at most one small read for each file. Called by deliver.ts.

import fs from "node:fs";
import { hostname } from "node:os";
import path from "node:path";

/** What an exporter has done with a file. */
export interface ExportState {
  /** Tries that were begun. */
  tries: number;
  /** Epoch ms: no other before. */
  nextAt: number;
  /** Nothing more is to be done. */
  end?: "sent" | "given up";
  /** Of an upload in parts that was begun and not ended. */
  uploadId?: string | undefined;
}
export type ExportStates = Record<string, ExportState>;

/** A finished file. */
export interface OutboxFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Of its record; 0 if it has none. */
  readonly recordBytes: number;
  readonly modifiedMs: number;
  /** As in its name. */
  readonly host: string;
  readonly pid: string;
  /** `2026-11-23` */
  readonly date: string;
  /** Of its capture, the first eight. */
  readonly id: string;
  /** May this process send it? Its own files it may, and those of processes that are gone. */
  readonly isOurs: boolean;
  readonly states: ExportStates;
}

/** A finished file, or what lies beside it; the groups: dot, file, host, pid, year, month, day, id, suffix. */
const NAME =
  /^(\.?)((?:timeline|\w+-\w+)-(.+)-(\d+)-\d+-(\d{4})(\d\d)(\d\d)T\d{6}Z-([\w-]{8})\.[a-z]+(?:\.gz)?)(.*)$/;
const LOCK = ".heapscope-exports.lock";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Twice the longest pause between two tries: a process of another host would have done something. */
const QUIET_MS = 1_800_000;
/** Of this thread. */
const BEGAN = performance.now();
/** As in names of files (thread-link.ts). */
const HOST = hostname().replace(/[^\w.-]/g, "_");

/**
 * All finished files, newest first. Links and folders are nobody's files. On the way, half files of processes that are gone
 * are removed, and what lies beside files that are gone. Throws if the folder cannot be read.
 */
export function readOutbox(directory: string): OutboxFile[] {
  const files: OutboxFile[] = [];
  const names = fs.readdirSync(directory);
  for (const found of names) {
    const [, dot, name, host, pid, year, month, day, id, suffix] = NAME.exec(found) ?? [];
    // Beside files of ours people may put their own.
    if (suffix === undefined || (!dot && suffix && suffix !== ".json")) continue;
    const file = path.join(directory, found);
    const { size: bytes, mtimeMs: modifiedMs } = statOf(file);
    if (!modifiedMs) continue;
    if (dot || suffix) {
      const isLeft = suffix.endsWith(".partial")
        ? !isAlive(host, pid, modifiedMs)
        : ageOf(modifiedMs) > HOUR && !names.includes(name!);
      if (isLeft) remove(file);
      continue;
    }
    const touchedMs = Math.max(modifiedMs, statOf(hiddenBeside(file, "exports.json")).mtimeMs);
    files.push({
      name: found,
      path: file,
      bytes,
      recordBytes: statOf(`${file}.json`).size,
      modifiedMs,
      host: host!,
      pid: pid!,
      date: `${year}-${month}-${day}`,
      id: id!,
      isOurs: (host === HOST && Number(pid) === process.pid) || !isAlive(host, pid, touchedMs),
      states: readStates(file),
    });
  }
  return files.sort((a, b) => b.modifiedMs - a.modifiedMs || (a.name < b.name ? 1 : -1));
}

/** Nothing if there is none or if it was damaged. */
function readStates(file: string): ExportStates {
  try {
    return (JSON.parse(readText(hiddenBeside(file, "exports.json"))) as { exporters: ExportStates })
      .exporters;
  } catch {
    return {};
  }
}

/** Whole or not at all; `false` where it could not be done. */
export function writeStates(file: string, exporters: ExportStates): boolean {
  const state = hiddenBeside(file, "exports.json");
  const partial = `${state}.partial`;
  try {
    write(partial, JSON.stringify({ schema: "heapscope/agent-exports@1", exporters }), "w");
    fs.renameSync(partial, state);
    return true;
  } catch {
    remove(partial);
    return false;
  }
}

/** `false` if it is there still. The file first: what is without it, is removed by the next who comes. */
export function removeFile(file: string): boolean {
  return remove(file) && remove(`${file}.json`) && remove(hiddenBeside(file, "exports.json"));
}

/**
 * Makes the folder this process's own to send from, until `release`; `false` while it is another's. Throws if nothing can be
 * written there. Two that find the lock of a dead process in the same instant may both take it; then files are sent twice.
 */
export function claim(directory: string): boolean {
  const lock = path.join(directory, LOCK);
  const { mtimeMs } = statOf(lock);
  if (mtimeMs) {
    // On a full disk an empty lock is one, too, as of another host.
    const [host, pid] = readText(lock).split(" ");
    if (isAlive(host, pid, mtimeMs)) return false;
    remove(lock);
  }
  try {
    write(lock, `${HOST} ${process.pid}`, "wx");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!/^(ENOSPC|EDQUOT)$/.test(code)) throw error;
  }
  return true;
}

export function release(directory: string): void {
  remove(path.join(directory, LOCK));
}

/** How old something of that time is. A clock that was set forward since this thread began must not make everything old. */
export function ageOf(timeMs: number): number {
  return Math.min(Date.now(), performance.timeOrigin + performance.now()) - timeMs;
}

/** Does the process live that did something at that time? Those of other hosts do while something happens there. */
function isAlive(host: string | undefined, pid: string | undefined, timeMs: number): boolean {
  const age = ageOf(timeMs);
  if (host !== HOST) return age < QUIET_MS;
  // An earlier thread of this process has ended; and in containers each life has the same pid.
  if (Number(pid) === process.pid) return age < performance.now() - BEGAN;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  // Another process may have the number by now.
  return age < DAY;
}

function hiddenBeside(file: string, suffix: string): string {
  return path.join(path.dirname(file), `.${path.basename(file)}.${suffix}`);
}

/** Zeros for what is not there or no file. */
function statOf(file: string): { size: number; mtimeMs: number } {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? stat : { size: 0, mtimeMs: 0 };
}

function readText(file: string): string {
  return fs.readFileSync(file, "utf8");
}

function write(file: string, text: string, flag: string): void {
  fs.writeFileSync(file, text, { flag, mode: 0o600 });
}

/** Is it gone? */
function remove(file: string): boolean {
  try {
    fs.rmSync(file, { force: true });
    return true;
  } catch {
    return false;
  }
}
