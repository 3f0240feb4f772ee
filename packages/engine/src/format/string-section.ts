/**
 * The `strings` section: an array of JSON strings, kept as it stands in the file (see `graph/string-table.ts`).
 * The bytes are copied chunk by chunk; the loop only looks for quotes, and checks escapes, so that decoding later
 * cannot fail.
 *
 * Cost: about 1 ns a byte.
 */
import { SnapshotFormatError } from "../errors.ts";
import { hexValue, StringTableBuilder } from "../graph/string-table.ts";
import { DAMAGED, showByte, type SectionParser } from "./section.ts";

const State = {
  open: 0,
  firstStringOrEnd: 1,
  string: 2,
  inString: 3,
  escape: 4,
  hex: 5,
  commaOrEnd: 6,
} as const;

/** Byte -> 1 when it needs a look inside a string: quote, backslash, and control characters (not allowed). */
const IS_SPECIAL: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0x22 || byte === 0x5c || byte < 0x20 ? 1 : 0,
);

export class StringSection implements SectionParser {
  readonly #name = "strings";
  readonly #builder = new StringTableBuilder();
  #state: (typeof State)[keyof typeof State] = State.open;
  #hexDigits = 0;

  get builder(): StringTableBuilder {
    return this.#builder;
  }

  parse(bytes: Uint8Array, position: number, end: number, chunkOffset: number): number {
    const builder = this.#builder;
    const isSpecial = IS_SPECIAL;
    // A byte at position p of this chunk will have the address p + addressShift.
    const addressShift = builder.byteLength - position;
    let state = this.#state;
    let p = position;
    while (p < end) {
      if (state === State.inString) {
        while (p < end && isSpecial[bytes[p]] === 0) p++;
        if (p === end) break;
        const byte = bytes[p];
        if (byte === 0x22) state = State.commaOrEnd;
        else if (byte === 0x5c) state = State.escape;
        else
          this.#fail(
            `A string holds the control character ${showByte(byte)}, which JSON forbids`,
            chunkOffset + p,
          );
        p++;
        continue;
      }
      const byte = bytes[p];
      switch (state) {
        case State.open:
          if (byte !== 0x5b) this.#fail("An array is expected here", chunkOffset + p);
          state = State.firstStringOrEnd;
          break;
        case State.firstStringOrEnd:
        case State.string:
          if (byte === 0x22) {
            builder.addString(p + 1 + addressShift);
            state = State.inString;
          } else if (byte === 0x5d && state === State.firstStringOrEnd) {
            builder.appendBytes(bytes, position, p + 1);
            return p + 1;
          } else if (!isWhiteSpace(byte))
            this.#fail(`A string is expected here, not ${showByte(byte)}`, chunkOffset + p);
          break;
        case State.commaOrEnd:
          if (byte === 0x2c) state = State.string;
          else if (byte === 0x5d) {
            builder.appendBytes(bytes, position, p + 1);
            return p + 1;
          } else if (!isWhiteSpace(byte))
            this.#fail(`A comma or "]" is expected here, not ${showByte(byte)}`, chunkOffset + p);
          break;
        case State.escape:
          if (byte === 0x75) {
            state = State.hex;
            this.#hexDigits = 0;
          } else if ('"\\/bfnrt'.includes(String.fromCharCode(byte))) state = State.inString;
          else this.#fail(`"\\" is followed by ${showByte(byte)}, which is no escape`, chunkOffset + p);
          break;
        case State.hex:
          if (hexValue(byte) === -1)
            this.#fail(
              `"\\u" is followed by ${showByte(byte)}, which is no hexadecimal digit`,
              chunkOffset + p,
            );
          if (++this.#hexDigits === 4) state = State.inString;
          break;
      }
      p++;
    }
    builder.appendBytes(bytes, position, end);
    this.#state = state;
    return -1;
  }

  #fail(fact: string, byteOffset: number): never {
    throw new SnapshotFormatError(fact, this.#name, byteOffset, DAMAGED);
  }
}

export function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
