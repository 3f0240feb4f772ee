/**
 * Any JSON value, kept as text (the header) or skipped (a section that this version does not know, such as
 * Chromium's `scopes`). Brackets are counted, not stacked, so nesting of any depth costs nothing.
 */
import { SnapshotFormatError } from "../errors.ts";
import { decodeUtf8Bytes } from "../graph/utf8.ts";
import { DAMAGED, showByte, type SectionParser } from "./section.ts";

/** More than a hundred times the longest header that V8 writes. */
const LONGEST_KEPT = 1 << 20;

export class JsonSection implements SectionParser {
  readonly #name: string;
  /** The kept bytes; undefined when the value is skipped. */
  #kept: number[] | undefined;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #started = false;
  #isScalar = false;

  /** @param keep whether `text` is wanted afterwards */
  constructor(name: string, keep: boolean) {
    this.#name = name;
    this.#kept = keep ? [] : undefined;
  }

  /** The text of the value, when it was kept. */
  get text(): string {
    return decodeUtf8Bytes(this.#kept ?? []);
  }

  parse(bytes: Uint8Array, position: number, end: number, chunkOffset: number): number {
    const kept = this.#kept;
    let depth = this.#depth;
    let inString = this.#inString;
    let p = position;
    for (; p < end; p++) {
      const byte = bytes[p];
      if (this.#isScalar && (byte === 0x2c || byte === 0x7d || byte <= 0x20)) return p;
      if (kept !== undefined) {
        if (kept.length === LONGEST_KEPT)
          throw new SnapshotFormatError(
            "The header is longer than 1 MiB",
            this.#name,
            chunkOffset + p,
            "This is not a V8 heap snapshot.",
          );
        kept.push(byte);
      }
      if (inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === 0x5c) this.#escaped = true;
        else if (byte === 0x22) {
          inString = false;
          if (depth === 0) return p + 1;
        }
        continue;
      }
      switch (byte) {
        case 0x22:
          inString = true;
          break;
        case 0x5b:
        case 0x7b:
          depth++;
          break;
        case 0x5d:
        case 0x7d:
          if (--depth <= 0) {
            if (depth < 0) this.#unexpected(byte, chunkOffset + p);
            return p + 1;
          }
          break;
        default:
          if (!this.#started) {
            if (!isScalarStart(byte)) this.#unexpected(byte, chunkOffset + p);
            this.#isScalar = true;
          }
      }
      this.#started = true;
    }
    this.#depth = depth;
    this.#inString = inString;
    return -1;
  }

  #unexpected(byte: number, byteOffset: number): never {
    throw new SnapshotFormatError(
      `A value is expected here, not ${showByte(byte)}`,
      this.#name,
      byteOffset,
      DAMAGED,
    );
  }
}

/** The first byte of a number, `true`, `false` or `null`. */
function isScalarStart(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) || byte === 0x74 || byte === 0x66 || byte === 0x6e;
}
