/**
 * All strings of a snapshot, kept as the bytes that the file has (JSON text, still escaped) in pages, with the offset
 * of each string. Nothing is decoded before it is asked for, so no JavaScript string grows with the file and a section
 * of any length fits.
 *
 * Cost: the bytes of the section plus 4 bytes a string. `get` decodes one string each time; callers that need a string
 * often keep what they got.
 */
import type { BitSet } from "./bit-set.ts";
import { newUint8Column, newUint32Column } from "./column-memory.ts";
import type { TextHash } from "./text-hash.ts";
import type { TextSearch } from "./text-search.ts";
import { decodeUtf8, pushCodePoint } from "./utf8.ts";

const PAGE_BITS = 20;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
const OFFSET_PAGE_BITS = 14;
const OFFSET_PAGE_SIZE = 1 << OFFSET_PAGE_BITS;
const OFFSET_PAGE_MASK = OFFSET_PAGE_SIZE - 1;
const TWO_32 = 2 ** 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a table consists of, for sending it to another thread. */
export interface StringTableParts {
  readonly pages: readonly Uint8Array[];
  readonly offsetPages: readonly Uint32Array[];
  /** Indexes of the strings at which the 32-bit offsets start again from 0. Empty below 4 GiB of strings. */
  readonly wraps: readonly number[];
  readonly length: number;
}

/** Some strings of a table, as a table of their own. */
export interface KeptStrings {
  readonly strings: StringTable;
  /** StringIndex of the whole table -> that of this one; 0, which is empty, for what was left out. */
  readonly indexOf: Uint32Array;
}

/** Read access to the strings. */
export class StringTable {
  readonly #pages: readonly Uint8Array[];
  readonly #offsetPages: readonly Uint32Array[];
  readonly #wraps: readonly number[];
  /** Number of strings. */
  readonly length: number;

  /** Made by `StringTableBuilder`. */
  constructor({ pages, offsetPages, wraps, length }: StringTableParts) {
    this.#pages = pages;
    this.#offsetPages = offsetPages;
    this.#wraps = wraps;
    this.length = length;
  }

  /** The parts of the table; not copied. */
  get parts(): StringTableParts {
    return { pages: this.#pages, offsetPages: this.#offsetPages, wraps: this.#wraps, length: this.length };
  }

  /**
   * The string at `index`; a `RangeError` past the end.
   *
   * **Cost**: O(length of the string), decoded anew at each call.
   */
  get(index: number): string {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`No string ${index} of ${this.length}`);
    return decodeString(this.#pages, this.#addressOf(index));
  }

  /**
   * The UTF-16 units from `from` up to `to` of the string at `index`; fewer where it ends.
   *
   * **Cost**: O(to), whatever the string's length.
   */
  getPart(index: number, from: number, to: number): string {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`No string ${index} of ${this.length}`);
    const address = this.#addressOf(index);
    const plain = decodePlainString(this.#pages[pageOf(address)]!, address & PAGE_MASK);
    return plain?.slice(from, to) ?? decodePart(this.#pages, address, from, to).text;
  }

  /**
   * UTF-16 units of the string at `index`.
   *
   * **Cost**: O(length of the string); nothing of it is kept.
   */
  lengthOf(index: number): number {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`No string ${index} of ${this.length}`);
    const none = Number.POSITIVE_INFINITY;
    return decodePart(this.#pages, this.#addressOf(index), none, none).end;
  }

  /** Whether the string at `index` is empty. O(1). */
  isEmpty(index: number): boolean {
    return this.#byteAt(this.#addressOf(index)) === QUOTE;
  }

  /**
   * Adds the UTF-16 units of the string at `index` to a hash, without making a string of it where it is plain ASCII.
   *
   * **Cost**: O(length of the string), which is returned.
   */
  addToHash(index: number, hash: TextHash): number {
    const address = this.#addressOf(index);
    let length = 0;
    for (;;) {
      const byte = this.#byteAt(address + length);
      if (byte === QUOTE) break;
      if (byte === BACKSLASH || byte >= 0x80) {
        const rest = this.get(index).slice(length);
        hash.addText(rest);
        return length + rest.length;
      }
      hash.addUnit(byte);
      length++;
    }
    return length;
  }

  /**
   * Whether the string at `index` equals `text`, without decoding it.
   *
   * **Cost**: O(1) for most strings that differ.
   */
  equals(index: number, text: string): boolean {
    let address = this.#addressOf(index);
    for (let i = 0; i < text.length; i++, address++) {
      const byte = this.#byteAt(address);
      if (byte === text.charCodeAt(i) && byte !== BACKSLASH && byte < 0x80) continue;
      // Escapes and non-ASCII text take the long way; no name that V8 gives has either.
      return (byte === BACKSLASH || byte >= 0x80) && this.get(index) === text;
    }
    const after = this.#byteAt(address);
    return after === QUOTE || (after === BACKSLASH && this.get(index) === text);
  }

  /**
   * Whether the string at `index` begins with `prefix` (ASCII text without quotes and backslashes).
   *
   * **Cost**: O(length of the prefix).
   */
  startsWith(index: number, prefix: string): boolean {
    let address = this.#addressOf(index);
    for (let i = 0; i < prefix.length; i++, address++) {
      const byte = this.#byteAt(address);
      if (byte === prefix.charCodeAt(i)) continue;
      return byte === BACKSLASH && this.get(index).startsWith(prefix);
    }
    return true;
  }

  /**
   * Whether the string at `index` begins with decimal digits, then `text` (ASCII without quotes and backslashes). False
   * also when an escape stands there, which no writer puts in place of a letter.
   *
   * **Cost**: O(length of the digits and the text).
   */
  startsWithDigitsThen(index: number, text: string): boolean {
    const start = this.#addressOf(index);
    let address = start;
    let byte = this.#byteAt(address);
    while (byte >= 0x30 && byte <= 0x39) byte = this.#byteAt(++address);
    if (address === start) return false;
    for (let i = 0; i < text.length; i++) if (this.#byteAt(address + i) !== text.charCodeAt(i)) return false;
    return true;
  }

  /**
   * Whether a text stands in the string at `index`.
   *
   * **Cost**: O(length of the string); decodes those with an escaped letter, and the few on a border of two pages.
   */
  contains(index: number, search: TextSearch): boolean {
    const { bytes, fold } = search;
    if (bytes === undefined) return search.test(this.get(index));
    const address = this.#addressOf(index);
    const page = this.#pages[pageOf(address)]!;
    const first = bytes[0];
    for (let at = address & PAGE_MASK; at < page.length; at++) {
      const byte = page[at]!;
      if (byte === QUOTE) return false;
      if (byte === BACKSLASH) {
        const length = lengthOfForeignEscape(page, at);
        if (length === 0) break;
        at += length - 1;
        continue;
      }
      if (fold[byte] !== first) continue;
      // The text holds no quote, so it does not go on behind the end of the string.
      let length = 1;
      while (length < bytes.length && fold[page[at + length]!] === bytes[length]) length++;
      if (length === bytes.length) return true;
    }
    return search.test(this.get(index));
  }

  /**
   * For each of `texts`, the set of indexes at which it stands. V8 writes every string once, other writers may not.
   *
   * **Cost**: O(strings), one pass for all texts.
   */
  findAll(texts: readonly string[]): Set<number>[] {
    const found = texts.map(() => new Set<number>());
    const all = texts.map((_, i) => i);
    // First byte -> the texts that may begin so. Escapes and other alphabets may stand for anything.
    const candidates: number[][] = Array.from({ length: 256 }, (_, byte) =>
      byte === BACKSLASH || byte >= 0x80
        ? all
        : all.filter((i) => (texts[i] === "" ? QUOTE : texts[i]!.charCodeAt(0)) === byte),
    );
    for (let index = 0; index < this.length; index++) {
      const list = candidates[this.#byteAt(this.#addressOf(index))]!;
      for (let i = 0; i < list.length; i++)
        if (this.equals(index, texts[list[i]!]!)) found[list[i]!]!.add(index);
    }
    return found;
  }

  /**
   * A table of those strings only that a set has, behind an empty one.
   *
   * **Cost**: O(strings), and the bytes of those that are kept, which are copied.
   */
  keep(kept: BitSet): KeptStrings {
    const builder = new StringTableBuilder();
    const indexOf = new Uint32Array(this.length);
    builder.addString(0);
    builder.appendBytes(Uint8Array.of(QUOTE), 0, 1);
    for (let index = 0; index < this.length; index++) {
      if (!kept.has(index)) continue;
      indexOf[index] = builder.length;
      builder.addString(builder.byteLength);
      const start = this.#addressOf(index);
      let end = start;
      for (let byte = this.#byteAt(end); byte !== QUOTE; byte = this.#byteAt(end))
        end += byte === BACKSLASH ? 2 : 1;
      this.#copyBytes(start, end + 1, builder);
    }
    return { strings: builder.build(), indexOf };
  }

  #copyBytes(from: number, to: number, builder: StringTableBuilder): void {
    while (from < to) {
      const run = Math.min(to - from, PAGE_SIZE - (from & PAGE_MASK));
      builder.appendBytes(this.#pages[pageOf(from)]!, from & PAGE_MASK, (from & PAGE_MASK) + run);
      from += run;
    }
  }

  /** Bytes that the strings occupy. */
  get byteLength(): number {
    let bytes = 0;
    for (const page of this.#pages) bytes += page.byteLength;
    for (const page of this.#offsetPages) bytes += page.byteLength;
    return bytes;
  }

  #addressOf(index: number): number {
    let address = this.#offsetPages[index >>> OFFSET_PAGE_BITS]![index & OFFSET_PAGE_MASK]!;
    for (const wrap of this.#wraps) if (index >= wrap) address += TWO_32;
    return address;
  }

  #byteAt(address: number): number {
    return this.#pages[pageOf(address)]![address & PAGE_MASK]!;
  }
}

/** Collects the bytes of the `strings` section. Used by the reader only. */
export class StringTableBuilder {
  readonly #pages: Uint8Array[] = [];
  readonly #offsetPages: Uint32Array[] = [];
  readonly #wraps: number[] = [];
  #byteLength = 0;
  #length = 0;
  #wrapCount = 0;

  /** Bytes appended so far; the address that the next appended byte will have. */
  get byteLength(): number {
    return this.#byteLength;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends raw bytes of the section. */
  appendBytes(bytes: Uint8Array, from: number, to: number): void {
    while (from < to) {
      const page = pageOf(this.#byteLength);
      const offset = this.#byteLength & PAGE_MASK;
      if (page === this.#pages.length) this.#pages.push(newUint8Column(PAGE_SIZE));
      const run = Math.min(to - from, PAGE_SIZE - offset);
      this.#pages[page]!.set(bytes.subarray(from, from + run), offset);
      this.#byteLength += run;
      from += run;
    }
  }

  /** Notes that a string's first byte (after its opening quote) stands, or will stand, at `address`. */
  addString(address: number): void {
    const index = this.#length++;
    const page = index >>> OFFSET_PAGE_BITS;
    if (page === this.#offsetPages.length) this.#offsetPages.push(newUint32Column(OFFSET_PAGE_SIZE));
    while (address >= (this.#wrapCount + 1) * TWO_32) {
      this.#wrapCount++;
      this.#wraps.push(index);
    }
    this.#offsetPages[page]![index & OFFSET_PAGE_MASK] = address - this.#wrapCount * TWO_32;
  }

  build(): StringTable {
    return new StringTable({
      pages: this.#pages,
      offsetPages: this.#offsetPages,
      wraps: this.#wraps,
      length: this.#length,
    });
  }
}

function pageOf(address: number): number {
  return Math.floor(address / PAGE_SIZE);
}

/** Decodes the JSON string whose first byte is at `address`, up to its closing quote. The reader has validated it. */
function decodeString(pages: readonly Uint8Array[], address: number): string {
  const plain = decodePlainString(pages[pageOf(address)]!, address & PAGE_MASK);
  return plain ?? decodePart(pages, address, 0, Number.POSITIVE_INFINITY).text;
}

/** The units from `from` up to `to`, and how many have been passed by then: all of them when `to` is behind the end. */
function decodePart(
  pages: readonly Uint8Array[],
  address: number,
  from: number,
  to: number,
): { readonly text: string; readonly end: number } {
  let text = "";
  let units: number[] = [];
  // Units in front of `units`: those of `text`, and those that were passed over.
  let before = 0;
  let page = pages[pageOf(address)]!;
  const next = (): number => {
    if ((address & PAGE_MASK) === 0) page = pages[pageOf(address)]!;
    return page[address++ & PAGE_MASK]!;
  };
  const flush = (): void => {
    const end = before + units.length;
    if (end > from)
      text += String.fromCharCode.apply(null, units.slice(Math.max(0, from - before), to - before));
    before = end;
    units = [];
  };
  while (before + units.length < to) {
    let unit = next();
    if (unit === QUOTE) break;
    if (unit === BACKSLASH) unit = decodeEscape(next);
    else if (unit >= 0x80) {
      pushCodePoint(
        units,
        decodeUtf8(unit, next, () => {
          address--;
        }),
      );
      continue;
    }
    units.push(unit);
    if (units.length >= 4096) flush();
  }
  flush();
  return { text, end: before };
}

/** The length of an escape that stands for no printable ASCII but a quote or a backslash; 0 for others. */
function lengthOfForeignEscape(page: Uint8Array, at: number): number {
  const escape = page[at + 1];
  if (escape !== 0x75) return escape === 0x2f ? 0 : 2;
  const isAscii = page[at + 2] === 0x30 && page[at + 3] === 0x30 && page[at + 4]! < 0x38;
  return isAscii ? 0 : 6;
}

function decodeEscape(next: () => number): number {
  const escape = next();
  switch (escape) {
    case 0x62: // b
      return 0x08;
    case 0x66: // f
      return 0x0c;
    case 0x6e: // n
      return 0x0a;
    case 0x72: // r
      return 0x0d;
    case 0x74: // t
      return 0x09;
    case 0x75: {
      // uXXXX
      let unit = 0;
      for (let i = 0; i < 4; i++) unit = unit * 16 + hexValue(next());
      return unit;
    }
    default:
      return escape;
  }
}

/** The value of a hexadecimal digit, or -1. */
export function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Longer strings are not passed as arguments of one call. */
const LONGEST_PLAIN = 2048;

/** Decodes a string of ASCII without escapes that lies in one page, as most do; undefined for others. */
function decodePlainString(page: Uint8Array, start: number): string | undefined {
  const limit = Math.min(page.length, start + LONGEST_PLAIN);
  let end = start;
  while (end < limit) {
    const byte = page[end];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH || byte >= 0x80) return undefined;
    end++;
  }
  if (end === limit) return undefined;
  return String.fromCharCode.apply(null, page.subarray(start, end) as unknown as number[]);
}
