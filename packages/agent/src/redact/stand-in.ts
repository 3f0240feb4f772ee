// What stands in place of a secret: as many characters, letters only, so that sizes and tables stay as they are.
//
//     8 characters or more    letters from HMAC-SHA-256 of the text: equal texts get equal letters, different texts different
//                             ones. With 20 characters there is room for `REDACTED` in front. The key is drawn for each
//                             redactor and kept nowhere, so nobody can try words until the letters agree.
//     7 or less               so few letters would collide, with each other and with names that stay. A number in the order
//                             of appearance instead, its first digit a sign from U+2800 on, with which no name begins.
//
// No stand-in matches a pattern or is a name that V8 gives: there is no digit in it, no `@`, no bracket.
// Cost: 4 µs a text; memory for the texts of at most 7 characters.

import { createHmac } from "node:crypto";

const FIRST_SIGN = 0x2800;
/** Before the characters that are half of one. */
const SIGNS = 0xa800 - FIRST_SIGN;
/** Shorter texts are numbered. */
const SHORTEST_HASHED = 8;
/** Letters that tell a text from others; 68 bits. */
const TELLING = 12;

export class StandIns {
  readonly #key: Uint8Array;
  readonly #numbered = new Map<string, string>();
  readonly #counts: number[] = [];

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** In place of `text`; the same again for the same text. */
  of(text: string): string {
    const { length } = text;
    if (length >= SHORTEST_HASHED) {
      const digest = createHmac("sha256", this.#key).update(text, "utf16le").digest();
      for (let i = 0; i < TELLING; i++) digest[i] = letterOf(digest[i]!);
      const letters = digest.toString("latin1", 0, Math.min(TELLING, length));
      return ((length < TELLING + 8 ? "" : "REDACTED") + letters).padEnd(length, "x");
    }
    let standIn = this.#numbered.get(text) ?? "";
    if (standIn === "" && length > 0) {
      let number = (this.#counts[length] ??= 0);
      this.#counts[length]!++;
      for (; standIn.length < length - 1; number = Math.floor(number / 26))
        standIn = String.fromCharCode(letterOf(number % 26)) + standIn;
      standIn = String.fromCharCode(FIRST_SIGN + (number % SIGNS)) + standIn;
      this.#numbered.set(text, standIn);
    }
    return standIn;
  }
}

/** Capital or small. */
function letterOf(byte: number): number {
  return 65 + (byte % 26) + (byte & 32);
}
