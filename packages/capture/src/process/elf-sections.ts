// Where the sections of an ELF file lie: what every program on Linux is. Only the two tables that lead there are read,
// a few kilobytes of a file of a hundred megabytes. Format: elf(5). Called by readExecutable.

import { readSync } from "node:fs";

/** Bytes of the file. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

// Offsets of the fields in the file's header and in a section's, for 32-bit and 64-bit files.
const LAYOUTS = {
  1: { table: 0x20, entrySize: 0x2e, count: 0x30, names: 0x32, offset: 0x10, size: 0x14, wide: false },
  2: { table: 0x28, entrySize: 0x3a, count: 0x3c, names: 0x3e, offset: 0x18, size: 0x20, wide: true },
} as const;

const HEADER_SIZE = 64;
const MOST_TABLE_BYTES = 1 << 20;

/** Section name → its bytes. Empty if the file is no ELF file or has no table of sections. */
export function readSections(file: number): Map<string, FileRange> {
  const sections = new Map<string, FileRange>();
  const header = readRange(file, { offset: 0, size: HEADER_SIZE });
  if (header.length < HEADER_SIZE || header.toString("latin1", 0, 4) !== "\u007fELF") return sections;
  const layout = header[4] === 1 ? LAYOUTS[1] : LAYOUTS[2];
  const littleEndian = header[5] === 1;
  const short = (bytes: Buffer, at: number): number =>
    littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  const word = (bytes: Buffer, at: number): number =>
    littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const address = (bytes: Buffer, at: number): number => {
    if (!layout.wide) return word(bytes, at);
    return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };

  const entrySize = short(header, layout.entrySize);
  const count = short(header, layout.count);
  if (entrySize < layout.size + 8 || entrySize * count > MOST_TABLE_BYTES) return sections;
  const table = readRange(file, { offset: address(header, layout.table), size: entrySize * count });
  if (table.length < entrySize * count) return sections;
  const rangeOf = (index: number): FileRange => ({
    offset: address(table, index * entrySize + layout.offset),
    size: address(table, index * entrySize + layout.size),
  });
  const namesIndex = short(header, layout.names);
  if (namesIndex >= count || rangeOf(namesIndex).size > MOST_TABLE_BYTES) return sections;
  const names = readRange(file, rangeOf(namesIndex)).toString("latin1");
  for (let index = 0; index < count; index++) {
    const start = word(table, index * entrySize);
    const end = names.indexOf("\0", start);
    if (end > start) sections.set(names.slice(start, end), rangeOf(index));
  }
  return sections;
}

/** The bytes of a range, fewer where the file ends. */
export function readRange(file: number, { offset, size }: FileRange): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const count = readSync(file, bytes, length, size - length, offset + length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}
