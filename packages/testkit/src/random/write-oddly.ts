/**
 * Writes a JSON value as no snapshot writer would and as every JSON reader must take: white space of all four kinds
 * between any two tokens, and each character of a string in any of its spellings (as it is, `\n` style, `\u000a`,
 * upper and lower case hexadecimal, `\/`). What a lone surrogate needs is always an escape, because UTF-8 has none.
 */

/** Draws an integer from 0 below `limit`. */
export type Draw = (limit: number) => number;

/** A repeatable source of numbers (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** The text of `value`. Members come in the order of the object. */
export function writeOddly(value: unknown, draw: Draw): string {
  const gap = () => (draw(8) === 0 ? [" ", "\n", "\r\n", "\t", "  \n "][draw(5)]! : "");
  const spaced = (tokens: readonly string[]) => tokens.map((token) => gap() + token + gap()).join(",");
  const write = (part: unknown): string => {
    if (typeof part === "string") return quoteOddly(part, draw);
    if (Array.isArray(part)) return `[${spaced(part.map(write)) || gap()}]`;
    if (typeof part === "object" && part !== null) {
      const members = Object.entries(part).filter(([, member]) => member !== undefined);
      const texts = members.map(([key, member]) => `${JSON.stringify(key)}${gap()}:${gap()}${write(member)}`);
      return `{${spaced(texts) || gap()}}`;
    }
    return JSON.stringify(part);
  };
  return gap() + write(value) + gap();
}

const shortEscapes: Record<string, string> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
};

function quoteOddly(text: string, draw: Draw): string {
  let quoted = '"';
  for (const character of text) {
    const unit = character.charCodeAt(0);
    const isLone = character.length === 1 && unit >= 0xd800 && unit <= 0xdfff;
    const mustEscape = unit < 0x20 || character === '"' || character === "\\" || isLone;
    const short = shortEscapes[character];
    const way = draw(4);
    if (way === 0 && short !== undefined) quoted += short;
    else if (way === 1 || mustEscape) {
      for (let at = 0; at < character.length; at++)
        quoted += escapeUnit(character.charCodeAt(at), draw(2) === 0);
    } else quoted += character;
  }
  return `${quoted}"`;
}

function escapeUnit(unit: number, upperCase: boolean): string {
  const digits = unit.toString(16).padStart(4, "0");
  return `\\u${upperCase ? digits.toUpperCase() : digits}`;
}
