// Turns the location of an object in a snapshot (script id, line, column) into a place in a file. A snapshot holds
// script ids only; which file that is, the running process alone can say. V8 announces every script that it still has
// when a debugger is enabled, so that is done for a moment. Cost: one message per loaded script, some hundreds.

import { fileURLToPath } from "node:url";
import type { InspectorSession, SendOptions } from "./inspector-session.ts";

/** A script that the target has loaded. */
export interface Script {
  readonly scriptId: number;
  /** `file:///…` for a program's files, `node:…` for Node's own, "" for code without a name. */
  readonly url: string;
  /** As the script states it, or `undefined`. */
  readonly sourceMapUrl: string | undefined;
}

/** A place as a snapshot records it: line and column count from 0. */
export interface ScriptLocation {
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
}

/** Script id → script. Ask while the process that was captured still runs; ids mean nothing in any other process. */
export type ScriptTable = ReadonlyMap<number, Script>;

/** Asks the target for all scripts it has. Throws `CaptureError`. */
export async function readScripts(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<ScriptTable> {
  const scripts = new Map<number, Script>();
  const release = session.on("Debugger.scriptParsed", ({ scriptId, url, sourceMapURL }) => {
    const id = Number(scriptId);
    scripts.set(id, { scriptId: id, url, sourceMapUrl: sourceMapURL === "" ? undefined : sourceMapURL });
  });
  try {
    await session.send("Debugger.enable", undefined, options); // answered after the last script was announced
    await session.send("Debugger.disable", undefined, options);
  } finally {
    release();
  }
  return scripts;
}

/** `file:line:column`, counting from 1 as editors do; `undefined` if the script is unknown or has no name. */
export function formatLocation(scripts: ScriptTable, location: ScriptLocation): string | undefined {
  const url = scripts.get(location.scriptId)?.url;
  if (url === undefined || url === "") return undefined;
  return `${scriptPath(url)}:${location.line + 1}:${location.column + 1}`;
}

/** The path of a `file:` address, and any other address as it is. */
export function scriptPath(url: string): string {
  if (!url.startsWith("file:")) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url; // a file address of another operating system
  }
}
