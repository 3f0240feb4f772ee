/** Damages a file's bytes the ways files get damaged, and some that only malice does. */
import type { Draw } from "./write-oddly.ts";

const ways = [
  "truncate",
  "flip",
  "delete",
  "duplicate",
  "swap",
  "insert",
  "huge number",
  "negative number",
  "fraction",
  "deep nesting",
  "bad escape",
  "bad UTF-8",
] as const;

const encoder = new TextEncoder();

/** A damaged copy; now and then, by luck, still a good file. */
export function mutate(bytes: Uint8Array, draw: Draw): Uint8Array {
  const way = ways[draw(ways.length)]!;
  const at = draw(bytes.length);
  const length = 1 + draw(Math.min(40, bytes.length - at));
  const cut = bytes.subarray(at, at + length);
  const replace = (text: string | Uint8Array, removed: number) =>
    concat(
      bytes.subarray(0, at),
      typeof text === "string" ? encoder.encode(text) : text,
      bytes.subarray(at + removed),
    );
  switch (way) {
    case "truncate":
      return bytes.slice(0, at);
    case "flip": {
      const flipped = bytes.slice();
      flipped[at]! ^= 1 << draw(8);
      return flipped;
    }
    case "delete":
      return replace("", length);
    case "duplicate":
      return replace(concat(cut, cut), length);
    case "swap": {
      const other = draw(bytes.length);
      const swapped = bytes.slice();
      [swapped[at], swapped[other]] = [swapped[other]!, swapped[at]!];
      return swapped;
    }
    case "insert":
      return replace(
        ["[", "]", "{", "}", ",", ":", '"', "0", "\\", " ", "null", "\u0000", "é"][draw(13)]!,
        0,
      );
    case "huge number":
      return replaceNumber(
        bytes,
        at,
        ["4294967295", "4294967296", "9007199254740993", "1e308", "9".repeat(400)][draw(5)]!,
      );
    case "negative number":
      return replaceNumber(bytes, at, ["-1", "-0", "-4294967296"][draw(3)]!);
    case "fraction":
      return replaceNumber(bytes, at, ["1.5", "1.0", "1e2", "01", "+1", "0x10", "NaN"][draw(7)]!);
    case "deep nesting": {
      const depth = 10 ** (1 + draw(5));
      return replace(
        ["[".repeat(depth), '{"a":'.repeat(depth), "[".repeat(depth) + "]".repeat(depth)][draw(3)]!,
        0,
      );
    }
    case "bad escape":
      return replace(["\\x", "\\u12", "\\uZZZZ", "\\", "\\U0041", "\\ud83d"][draw(6)]!, 0);
    case "bad UTF-8": {
      const bad = [
        [0xff],
        [0xc3],
        [0xed, 0xa0, 0x80],
        [0xf8, 0x88],
        [0x80],
        [0xc0, 0xaf],
        [0xf4, 0x90, 0x80, 0x80],
      ];
      return replace(Uint8Array.from(bad[draw(bad.length)]!), 0);
    }
  }
}

/** Puts `text` in place of the number that stands at or after `at`. */
function replaceNumber(bytes: Uint8Array, at: number, text: string): Uint8Array {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;
  let start = at;
  while (start < bytes.length && !isDigit(bytes[start])) start++;
  while (start > 0 && isDigit(bytes[start - 1])) start--;
  let end = start;
  while (isDigit(bytes[end])) end++;
  return concat(bytes.subarray(0, start), encoder.encode(text), bytes.subarray(end));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
