/**
 * The form of an index file: a label, which says of what it is the index and who made it, then sections of bytes.
 *
 *     bytes    0  "HSINDEX1"
 *              8  length of the label, 32 bits, little endian
 *             12  CRC-32 of the label, 32 bits, little endian
 *             16  the label: JSON in UTF-8
 *              …  the sections, one after the other, to the end of the file
 *
 * The label has the length and CRC-32 of each section, so that every bit of the file is under a checksum. Nothing of what
 * is read here is believed before it is checked, and nothing here throws because of it.
 */
import { crc32 } from "node:zlib";
import type { FileIdentity } from "./file-identity.ts";

/** What an index is of. */
export interface IndexLabel {
  /** What is in it. */
  readonly kind: "summary" | "tables";
  /** The build of the program that made it: another one may compute other numbers, or lay them out otherwise. */
  readonly build: string;
  /** The snapshot that it is of. */
  readonly file: FileIdentity;
}

/** One section: its bytes in pieces, as they lie in memory. */
export type Section = readonly Uint8Array[];

/** Where a section lies in the file. */
export interface SectionPlace {
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

const MAGIC = Buffer.from("HSINDEX1", "latin1");

/** Bytes before the label. */
export const PREFIX_SIZE = 16;

/** In bytes; a label is a few hundred. */
const LARGEST_LABEL = 1 << 16;

/** All that stands before the sections. **Cost**: reads every byte of the sections once. */
export function encodeLabel(label: IndexLabel, sections: readonly Section[]): Buffer {
  const lengths = sections.map((pieces) => ({
    bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
    crc: pieces.reduce((crc, piece) => crc32(piece, crc), 0),
  }));
  const text = Buffer.from(JSON.stringify({ ...label, sections: lengths }));
  const prefix = Buffer.alloc(PREFIX_SIZE);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(text.length, 8);
  prefix.writeUInt32LE(crc32(text), 12);
  return Buffer.concat([prefix, text]);
}

/** The length of the label of a file that begins with these bytes; `undefined` when it is no index. */
export function labelLength(prefix: Buffer): number | undefined {
  if (prefix.length < PREFIX_SIZE || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const length = prefix.readUInt32LE(8);
  return length <= LARGEST_LABEL ? length : undefined;
}

/** Where the sections are, when the label is whole and the one that is expected; otherwise `undefined`. */
export function decodeLabel(
  prefix: Buffer,
  text: Buffer,
  expected: IndexLabel,
  fileSize: number,
): readonly SectionPlace[] | undefined {
  if (crc32(text) !== prefix.readUInt32LE(12)) return undefined;
  let label: unknown;
  try {
    label = JSON.parse(text.toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof label !== "object" || label === null) return undefined;
  const { sections, ...rest } = label as { sections?: unknown };
  // Both were written by the same function, so that equal labels are equal texts.
  if (JSON.stringify(rest) !== JSON.stringify(expected) || !Array.isArray(sections)) return undefined;
  const places: SectionPlace[] = [];
  let offset = PREFIX_SIZE + text.length;
  for (const section of sections as unknown[]) {
    if (typeof section !== "object" || section === null) return undefined;
    const { bytes, crc } = section as { bytes?: unknown; crc?: unknown };
    if (typeof crc !== "number" || typeof bytes !== "number") return undefined;
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > fileSize - offset) return undefined;
    places.push({ offset, bytes, crc });
    offset += bytes;
  }
  return offset === fileSize ? places : undefined;
}
