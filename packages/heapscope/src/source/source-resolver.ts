// From a position in a script that ran to the author's file, from files on this disk alone: the snapshot's locations name
// the script, its source map leads on. Used by every command that prints where something is written.
//
// Everything here may come from others: the script's name from the snapshot, the map's name from the script, the sources'
// names from the map. Only ordinary local files up to a size are read, and of what a map names only what lies beside or
// below the script or in a folder that the user named; nothing of them is shown but the name of a function.
//
// Cost: each script and each map is read once, when a position in it is first asked for; then O(log segments). Synchronous.

import { statSync } from "node:fs";
import path from "node:path";
import {
  findPlace,
  scriptPath,
  type AllocationFunction,
  type CaptureRecord,
  type HeapObject,
} from "@heapscope/engine";
import { authorFile } from "./author-file.ts";
import { findEnclosingName } from "./enclosing-function.ts";
import { findFunctionName } from "./function-name.ts";
import { isLocalPath, isWithin, readLocalFile, TooLargeError } from "./local-file.ts";
import { MapFinder, type FoundMap } from "./map-finder.ts";
import { MapFolder } from "./map-folder.ts";
import { canBeginFunction, readScriptText, splitLines, type ScriptText } from "./script-text.ts";
import type { Origin } from "./source-map.ts";
import type { FilePosition, SourcePlace } from "./source-place.ts";

export interface SourceOptions {
  /** Folders with source maps, besides those that lie beside the scripts. */
  readonly folders?: readonly string[];
  /** Scripts of capture records, which know the source map urls of scripts whose files are gone. */
  readonly scripts?: CaptureRecord["scripts"];
  /** Is told at once of a map that was found and cannot be used, in a sentence. Holds names from files: escape. */
  readonly onNote?: (sentence: string) => void;
}

/** Bytes of an author's file that is read for a name. */
const LARGEST_SOURCE = 16 * 2 ** 20;

/** Maps of what was built from what was built. */
const LONGEST_CHAIN = 4;

/** Some minifiers take the word before a name for the name. */
const WORDS: ReadonlySet<string> = new Set([
  "async",
  "class",
  "constructor",
  "function",
  "get",
  "set",
  "static",
]);

/** Bytes of scripts that are kept. Of further ones only the comment is read. */
const MOST_TEXT = 512 * 2 ** 20;

/** A script and all that is known of it here. */
interface Script {
  readonly text: ScriptText | undefined;
  readonly found: FoundMap | undefined;
}

export class SourceResolver {
  readonly #folders: readonly MapFolder[];
  readonly #mapUrls: ReadonlyMap<string, string>;
  readonly #finder: MapFinder;
  readonly #notes = new Set<string>();
  readonly #scripts = new Map<string, Script>();
  readonly #places = new Map<string, SourcePlace>();
  readonly #sources = new Map<string, readonly string[] | undefined>();
  #textLeft = MOST_TEXT;

  constructor({ folders = [], scripts = [], onNote }: SourceOptions = {}) {
    this.#folders = folders.map((folder) => new MapFolder(folder));
    const mapUrls = new Map<string, string>();
    for (const { url, sourceMapUrl } of scripts)
      if (sourceMapUrl !== undefined) mapUrls.set(scriptPath(url), sourceMapUrl);
    this.#mapUrls = mapUrls;
    this.#finder = new MapFinder(this.#folders, (sentence) => {
      if (this.#notes.has(sentence)) return;
      this.#notes.add(sentence);
      onNote?.(sentence);
    });
  }

  /** The notes until now. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /**
   * The place of an object: a function's own, a generator's function, otherwise its constructor's, as `findPlace` has it.
   * Prepare `scriptUrls` beforehand. Never throws.
   */
  placeOf(object: HeapObject): SourcePlace | undefined {
    const place = findPlace(object);
    const script = place === undefined ? undefined : object.snapshot.scriptUrls.get(place.scriptId);
    return script === undefined
      ? undefined
      : this.resolve(script, place!.line, place!.column, place!.function);
  }

  /** The place of a function that allocated, or `undefined` where the file does not tell. Never throws. */
  placeOfFunction({ name, scriptName, line, column }: AllocationFunction): SourcePlace | undefined {
    // These count from 1 in the file; 0 is unknown.
    return scriptName === "" || line === 0
      ? undefined
      : this.resolve(scriptPath(scriptName), line - 1, Math.max(0, column - 1), name);
  }

  /** The place of `file:line:column`, which both count from 1, as profiles are told; `undefined` for other texts. */
  placeOfText(location: string, name?: string): SourcePlace | undefined {
    const [, script, line, column] = /^(.+):(\d{1,9}):(\d{1,9})$/s.exec(location) ?? [];
    return script === undefined
      ? undefined
      : this.resolve(script, Math.max(0, Number(line) - 1), Math.max(0, Number(column) - 1), name);
  }

  /**
   * The place of a position in a script; line and column count from 0, as in a snapshot's locations and in a profile's
   * frames. Never throws.
   *
   * @param script path or url, as in `HeapSnapshot.scriptUrls`
   * @param name the function's or class's name as V8 knows it, for where none is found in the source
   */
  resolve(script: string, line: number, column: number, name?: string): SourcePlace {
    const key = `${line}:${column}:${name ?? ""}:${script}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#resolve(script, line, column, name);
      this.#places.set(key, place);
    }
    return place;
  }

  #resolve(script: string, line: number, column: number, name: string = "", chain: number = 1): SourcePlace {
    const generated: FilePosition = { file: script, line: line + 1, column: column + 1 };
    const { text, found } = this.#open(script);
    const lines = text?.lines;
    const isText = lines !== undefined && canBeginFunction(lines, line, column);
    const written = isText ? findFunctionName(lines, line, column) : undefined;
    const around = isText && written === undefined ? findEnclosingName(lines, line, column) : undefined;
    const unmapped = { ...generated, ...named(written?.name ?? name, around), generated, mapped: false };

    // What is on this disk is not what ran, so the map is not either.
    if (found === undefined || (lines !== undefined && !isText)) return unmapped;
    const { map } = found;
    if (lines !== undefined && map.lastColumn(line) > lines[line]!.length) return unmapped;
    const token = written === undefined ? undefined : map.find(written.line, written.column);
    const isToken = token !== undefined && token.generatedColumn === written?.column;
    const exact = map.find(line, column);
    // A constructor that the compiler has made up comes from nowhere; its class does not.
    const origin = exact ?? (isToken ? token : undefined);
    if (origin === undefined) return unmapped;

    const renamed = isToken && !WORDS.has(token.name ?? "") ? token.name : undefined;
    // What the map knows and has no other name for has kept its own.
    const kept = isToken || !map.hasNames ? (written?.name ?? name) : "";
    const known = renamed ?? (lines === undefined ? nameBefore(origin, column, name) : undefined) ?? kept;
    const isNear = exact === undefined || isClose(exact, column, lines?.[line]);
    const sourceLines = isNear ? this.#linesOf(script, origin, found) : undefined;
    const names =
      sourceLines === undefined
        ? named(known, map.hasNames ? undefined : around)
        : namesAt(sourceLines, origin, known);
    const file = this.#locate(script, origin.source, found);
    const place = { file, line: origin.line + 1, column: origin.column + 1, ...names };
    // What a bundler was given may have been made by a compiler, with a map of its own.
    if (
      chain < LONGEST_CHAIN &&
      /\.[cm]?jsx?$/.test(file) &&
      file !== script &&
      this.#mayRead(script, file)
    ) {
      const earlier = this.#resolve(file, origin.line, origin.column, names.name, chain + 1);
      if (earlier.mapped) return { ...earlier, generated };
    }
    return { ...place, generated, mapped: true };
  }

  #open(script: string): Script {
    let known = this.#scripts.get(script);
    if (known === undefined) {
      const isProgram = !script.startsWith("node:");
      const recorded = this.#mapUrls.get(script);
      let text = isProgram ? readScriptText(script, this.#textLeft) : undefined;
      this.#textLeft -= text?.size ?? 0;
      // What ran had a map in itself: a loader has compiled the file on its way into the process.
      if (recorded?.startsWith("data:") === true && text?.mappingUrl?.startsWith("data:") !== true)
        text = undefined;
      const found = isProgram ? this.#finder.find(script, text, recorded) : undefined;
      known = { text, found };
      this.#scripts.set(script, known);
    }
    return known;
  }

  /** The author's text that an origin is in: the map's copy of it, or the file, if it is one that may be read. */
  #linesOf(script: string, origin: Origin, found: FoundMap): readonly string[] | undefined {
    const key = `${script}\0${origin.source}`;
    if (!this.#sources.has(key)) this.#sources.set(key, this.#readSource(script, origin, found));
    return this.#sources.get(key);
  }

  #readSource(script: string, { source, content }: Origin, found: FoundMap): readonly string[] | undefined {
    if (content !== undefined) return splitLines(content);
    const file = this.#locate(script, source, found);
    if (!this.#mayRead(script, file)) return undefined;
    try {
      const bytes = readLocalFile(file, LARGEST_SOURCE);
      return bytes === undefined ? undefined : splitLines(bytes.toString());
    } catch (error) {
      if (error instanceof TooLargeError) return undefined;
      throw error;
    }
  }

  /** Whether a file that a map names is one that the map may lead to: beside or below the script, or in a named folder. */
  #mayRead(script: string, file: string): boolean {
    const own = isLocalPath(script) ? [path.dirname(script)] : [];
    const folders = [...own, ...this.#folders.map(({ folder }) => folder)];
    return isLocalPath(file) && folders.some((folder) => isWithin(file, folder));
  }

  /**
   * The author's file. Maps are made where the script was built, and sources are relative to that; if the file is not
   * there, but is where the map lies now, people mean that one.
   */
  #locate(script: string, source: string, { file, url }: FoundMap): string {
    const author = authorFile(source);
    if (isFile(author)) return author;
    if (!path.isAbsolute(author)) {
      if (author === source && /^[a-z][a-z0-9+.-]+:/i.test(author)) return author;
      return this.#folders.map(({ folder }) => path.join(folder, author)).find(isFile) ?? author;
    }
    if (file === undefined || !source.startsWith("file:")) return author;
    const moved = path.join(path.dirname(file), path.relative(path.dirname(authorFile(url)), author));
    return path.dirname(file) !== path.dirname(script) && isFile(moved) ? moved : author;
  }
}

/** Without the script's text: the name of the segment, if it is for the name that V8 knows, right before the bracket. */
function nameBefore({ name, generatedColumn }: Origin, column: number, known: string): string | undefined {
  // `o(` of a function, `o=(` of an arrow function
  const gap = column - generatedColumn - known.length;
  return known !== "" && (gap === 0 || gap === 1) ? name : undefined;
}

interface Names {
  readonly name?: string;
  readonly within?: string;
}

/** What stands at an origin in the author's text; `known` where nothing is found. */
function namesAt(lines: readonly string[], { line, column }: Origin, known: string): Names {
  const name = findFunctionName(lines, line, column)?.name ?? known;
  return named(name, name === "" ? findEnclosingName(lines, line, column) : undefined);
}

function named(name: string, within: string | undefined): Names {
  return name !== "" ? { name } : within === undefined ? {} : { within };
}

/** Whether nothing but the words before a function's bracket are between a segment's beginning and the position. */
function isClose({ generatedColumn }: Origin, column: number, text: string | undefined): boolean {
  return text === undefined
    ? column - generatedColumn <= 40
    : /^[\p{ID_Continue}$#\s*]*$/u.test(text.slice(generatedColumn, column));
}

function isFile(file: string): boolean {
  return isLocalPath(file) && statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
