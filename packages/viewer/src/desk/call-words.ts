/** The words for a function of a profile. Cut, since texts in a profile may be as long as they like; not escaped. */
import { scriptPath, type ProfileFunction } from "@heapscope/engine";
import { LONGEST_NAME } from "../protocol/index.ts";

export function callName({ name }: ProfileFunction): string {
  return name === "" ? "(anonymous)" : name.slice(0, LONGEST_NAME);
}

/** `file:line:column`, from 1; the script alone where the line is unknown; `undefined` for what is no function. */
export function callLocation(called: ProfileFunction): string | undefined {
  const script = scriptOf(called);
  if (script === "") return undefined;
  const { line, column } = called;
  return line === -1 ? script : `${script}:${line + 1}:${Math.max(0, column) + 1}`;
}

/** A path where the script is a file, otherwise its address: `node:fs`. */
export function scriptOf({ url }: ProfileFunction): string {
  return url === "" ? "" : scriptPath(url.slice(0, LONGEST_NAME));
}
