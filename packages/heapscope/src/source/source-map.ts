// A source map, read with care: maps come with the code of others. What would make the library run out of memory or time
// (deep or endless JSON, sections a billion lines apart, mappings without end) is refused before it gets there.

import { FlattenMap, traceSegment, decodedMappings, type TraceMap } from "@jridgewell/trace-mapping";

/** Why a source map is not used: a clause, such as `it is not JSON`. */
export class SourceMapError extends Error {
  override readonly name: string = "SourceMapError";
}

/** Brackets of a map of many sections. */
const MOST_BRACKETS = 2_000_000;
const MOST_COMMAS = 20_000_000;
/** The library resolves each before any is asked for. */
const MOST_SOURCES = 200_000;
/** An index map: map, sections, section, map, sources. */
const DEEPEST_NESTING = 16;
/** Lines and segments; the library takes some 90 bytes for each. The largest maps of real programs have a few million. */
export const MOST_SEGMENTS = 6_000_000;
/** No file has lines beyond that; the library makes an array for each. */
const MOST_LINES = 5_000_000;

/** Where a position comes from. Lines and columns count from 0. */
export interface Origin {
  /** The source's url or path, resolved against the map's url. */
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** The name in the source, if the map has one for this segment. */
  readonly name: string | undefined;
  /** The text of the source, if the map has it along. */
  readonly content: string | undefined;
  /** Where the segment begins in the script's line. */
  readonly generatedColumn: number;
}

export class SourceMap {
  readonly #map: TraceMap;
  /** How many lines and segments there are: what it costs to keep. */
  readonly segmentCount: number;

  /**
   * @param url the map's, which relative sources are relative to
   * @param most of lines and segments
   * Throws `SourceMapError`. **Cost**: O(size).
   */
  constructor(bytes: Buffer, url: string, most: number = MOST_SEGMENTS) {
    checkNesting(bytes);
    const input = readMap(bytes);
    this.segmentCount = checkMap(input, true);
    if (this.segmentCount > most) throw new SourceMapError("it has too many mappings");
    try {
      this.#map = FlattenMap(input as never, url);
      decodedMappings(this.#map);
    } catch {
      throw new SourceMapError("it is not a source map");
    }
  }

  /** Whether names were changed at all, as far as the map tells. */
  get hasNames(): boolean {
    return this.#map.names.length > 0;
  }

  /** Whether the lines of a script reach as far as the map does, so that the map can be that of the script. */
  fits(lines: readonly string[]): boolean {
    return decodedMappings(this.#map).findLastIndex((segments) => segments.length > 0) < lines.length;
  }

  /** The column of the last segment in a line of the script, or -1. */
  lastColumn(line: number): number {
    return decodedMappings(this.#map)[line]?.at(-1)?.[0] ?? -1;
  }

  /** Where a position of the script comes from, or `undefined`. **Cost**: O(log segments of the line). */
  find(line: number, column: number): Origin | undefined {
    const segment = traceSegment(this.#map, line, column);
    if (segment === null || segment.length === 1) return undefined;
    const [generatedColumn, index, sourceLine, sourceColumn] = segment;
    const source = this.#map.resolvedSources[index];
    if (source === undefined || !(sourceLine >= 0 && sourceColumn >= 0)) return undefined;
    const name = segment.length === 5 ? this.#map.names[segment[4]] : undefined;
    const content = this.#map.sourcesContent?.[index] ?? undefined;
    return { source, content, line: sourceLine, column: sourceColumn, name, generatedColumn };
  }
}

function readMap(bytes: Buffer): unknown {
  // Some servers put this in front, so that nobody can load the file as a script.
  const text = bytes.toString().replace(/^\uFEFF?(?:\)\]\}'[^\n]*\n)?/, "");
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceMapError("it is not JSON");
  }
}

/** Counts brackets and commas outside strings. `JSON.parse` would take gigabytes for a file full of them. */
function checkNesting(bytes: Buffer): void {
  let depth = 0;
  let brackets = 0;
  let commas = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case 0x22: // "
        at = endOfString(bytes, at);
        break;
      case 0x2c: // ,
        commas++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        brackets++;
        depth++;
        if (depth > DEEPEST_NESTING) throw new SourceMapError("it is nested too deeply");
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
        break;
    }
    if (brackets > MOST_BRACKETS || commas > MOST_COMMAS) throw new SourceMapError("it has too many parts");
  }
}

function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; ; at++) {
    at = bytes.indexOf(0x22, at);
    if (at === -1) return bytes.length;
    let escapes = 0;
    while (bytes[at - 1 - escapes] === 0x5c) escapes++;
    if (escapes % 2 === 0) return at;
  }
}

/** Checks what the library takes for granted. The number of lines and segments. */
function checkMap(value: unknown, maySection: boolean): number {
  const map = record(value);
  if (map["sections"] !== undefined) {
    if (!maySection) throw new SourceMapError("it has sections in sections");
    return checkSections(map["sections"]);
  }
  if (map["version"] !== 3) throw new SourceMapError("it is not a source map of version 3");
  const { mappings, sources, names, sourcesContent, sourceRoot, file } = map;
  if (typeof mappings !== "string") throw new SourceMapError("it has no mappings");
  if (!isTexts(sources) || (names !== undefined && !isTexts(names)))
    throw new SourceMapError("its sources or names are no texts");
  if (sources.length > MOST_SOURCES) throw new SourceMapError("it has too many sources");
  if (sourcesContent !== undefined && sourcesContent !== null && !isTexts(sourcesContent))
    throw new SourceMapError("its sources are no texts");
  for (const text of [sourceRoot, file])
    if (text !== undefined && text !== null && typeof text !== "string")
      throw new SourceMapError("its names of files are no texts");
  return countSegments(mappings);
}

function checkSections(sections: unknown): number {
  if (!Array.isArray(sections)) throw new SourceMapError("it is not a source map");
  let count = 0;
  let lines = 0;
  for (const each of sections) {
    const { offset, map } = record(each);
    const { line, column } = record(offset);
    if (!isBelow(line, MOST_LINES) || !isBelow(column, 2 ** 31))
      throw new SourceMapError("its sections have no places");
    count += checkMap(map, false);
    lines = Math.max(lines, line as number);
    if (count + lines > MOST_SEGMENTS) throw new SourceMapError("it has too many mappings");
  }
  return count + lines;
}

function isBelow(value: unknown, limit: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit;
}

function countSegments(mappings: string): number {
  let count = 0;
  let lines = 0;
  for (let at = 0; at < mappings.length; at++) {
    const code = mappings.charCodeAt(at);
    if (code === 0x3b) lines++;
    if (code === 0x2c || code === 0x3b) count++;
  }
  if (count > MOST_SEGMENTS || lines > MOST_LINES) throw new SourceMapError("it has too many mappings");
  return count + 1;
}

function isTexts(value: unknown): value is (string | null)[] {
  return Array.isArray(value) && value.every((each) => each === null || typeof each === "string");
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SourceMapError("it is not a source map");
  return value as Record<string, unknown>;
}
