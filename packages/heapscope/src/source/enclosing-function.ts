// The name of the function around a position, read off the text before it: the nearest bracket `{` that is still open and
// begins the body of a function with a name. For functions without a name, of which people want to know where they are
// made. Brackets in texts and comments count, too; they mostly come in pairs.

import { findFunctionName } from "./function-name.ts";
import { TextAround } from "./text-around.ts";

/** Characters before the position that are looked at. */
const FAR = 50_000;
/** Characters of a head: parameters and a type. */
const HEAD = 1000;
const MOST_BRACKETS = 60;

/** What looks like a method and is none. */
const STATEMENTS: ReadonlySet<string> = new Set(["if", "for", "while", "switch", "catch", "with"]);

/** The name of the nearest function around a position that has one. Lines and columns count from 0. */
export function findEnclosingName(
  lines: readonly string[],
  line: number,
  column: number,
): string | undefined {
  if (lines[line] === undefined || column > lines[line].length) return undefined;
  const text = new TextAround(lines, line, column);
  const before = text.before(FAR);
  const nameAt = (index: number): string | undefined => {
    const at = text.at("", index - before.length);
    const name = findFunctionName(lines, at.line, at.column)?.name;
    return name === undefined || STATEMENTS.has(name) ? undefined : name;
  };
  // `a => b => …`: no bracket between the two.
  for (let end = before.length, chain = 0; chain < MOST_BRACKETS; chain++) {
    const head = before.slice(0, end).trimEnd();
    const start = head.endsWith("=>") ? beginOfHead(head) : -1;
    if (start === -1) break;
    const name = nameAt(start);
    if (name !== undefined) return name;
    end = start;
  }
  let open = before.length;
  for (let brackets = 0; brackets < MOST_BRACKETS; brackets++) {
    open = lastOpen(before, open);
    if (open === -1) return undefined;
    if (before[open] !== "{") continue;
    const start = beginOfHead(before.slice(Math.max(0, open - HEAD), open).trimEnd());
    const name = start === -1 ? undefined : nameAt(start + Math.max(0, open - HEAD));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Where the parameters begin of which the head of a function consists in the end; -1 if it is none. */
function beginOfHead(head: string): number {
  const arrow = head.endsWith("=>");
  const rest = (arrow ? head.slice(0, -2) : head).trimEnd();
  const single = arrow ? /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(rest.slice(-100)) : null;
  const typed = /\)(?:\s{0,20}:[^{}();]{1,150})?$/.exec(rest.slice(-200));
  if (typed === null) return single === null ? -1 : rest.length - single[0].length;
  const start = lastOpen(rest, rest.length - typed[0].length);
  // `(a): (() => number)`: a type in brackets
  const type = /\)\s{0,20}:\s{0,20}$/.exec(rest.slice(Math.max(0, start - 50), start));
  return type === null ? start : lastOpen(rest, start - type[0].length);
}

/** The last bracket before `end` that is not closed before `end`; -1 if there is none. */
function lastOpen(text: string, end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at--) {
    switch (text.charCodeAt(at)) {
      case 0x29: // )
      case 0x5d: // ]
      case 0x7d: // }
        depth++;
        break;
      case 0x28: // (
      case 0x5b: // [
      case 0x7b: // {
        if (depth-- === 0) return at;
        break;
      default:
        break;
    }
  }
  return -1;
}
