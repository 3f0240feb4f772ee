// The text of a script on this disk, if it is still there: which source map it states, and what stands at a position.

import { readLocalFile, readLocalTail, TooLargeError } from "./local-file.ts";
import { findMappingUrl } from "./mapping-comment.ts";

/** Of a larger script only the end is read, for its comment. */
const LARGEST_TEXT = 64 * 2 ** 20;
const TAIL = 2 ** 20;

export interface ScriptText {
  /** What the script states as its source map. */
  readonly mappingUrl: string | undefined;
  /** The text in lines as V8 counts them; `undefined` if it is too large to be looked at. */
  readonly lines: readonly string[] | undefined;
  /** Bytes of `lines`. */
  readonly size: number;
}

/** Reads a script, all of it if it is not larger than `most`; `undefined` if there is no such file. **Cost**: O(size). */
export function readScriptText(file: string, most: number = LARGEST_TEXT): ScriptText | undefined {
  try {
    const bytes = readLocalFile(file, Math.min(most, LARGEST_TEXT));
    if (bytes === undefined) return undefined;
    const text = bytes.toString();
    return { mappingUrl: findMappingUrl(text), lines: splitLines(text), size: bytes.length };
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    const tail = readLocalTail(file, TAIL)?.toString() ?? "";
    return { mappingUrl: findMappingUrl(tail), lines: undefined, size: 0 };
  }
}

/** Lines as V8 and source maps count them. Node takes a byte order mark away before V8 sees the text. */
export function splitLines(text: string): string[] {
  return (text.startsWith("\uFEFF") ? text.slice(1) : text).split(/\r\n|[\n\r]/);
}

/**
 * Whether a function or class can begin at a position, counted from 0. V8's place of a function is its opening bracket, an
 * arrow function's first character, or the word `class`. If something else stands there, the file is not what ran.
 */
export function canBeginFunction(lines: readonly string[], line: number, column: number): boolean {
  const text = lines[line];
  if (text === undefined || column >= text.length) return false;
  if (/[([{]/.test(text[column]!)) return true;
  const word = /[\p{ID_Start}$_#\\]/u;
  return (
    word.test(text.slice(column, column + 2)) && !/[\p{ID_Continue}$]$/u.test(text.slice(0, column).slice(-2))
  );
}
