// The arguments and options that commands are made of. Each reads its text in one way, so that `--limit 1e3` or `@5x`
// is refused with the same words everywhere.

import { existsSync } from "node:fs";
import ms, { type StringValue } from "ms";
import type { NameFilter } from "@heapscope/wording";
import type { Argument, ManyArgument, Option } from "./command.ts";
import { UsageError } from "./command-error.ts";
import { parseSize } from "./text/parse-size.ts";
import { readNameFilter } from "./text/read-name-filter.ts";

/** A file that holds a snapshot; `-` is standard input. */
export function snapshotFile(description: string, placeholder: string = "FILE"): Argument<string> {
  return { kind: "one", placeholder, description, completion: { kind: "snapshot" }, parse: parseFileName };
}

/** One or more files that hold snapshots. */
export function snapshotFiles(description: string): ManyArgument<string> {
  return {
    kind: "many",
    placeholder: "FILE",
    description,
    completion: { kind: "snapshot" },
    parse: parseFileName,
  };
}

/** Any number of files that hold snapshots or profiles; also none. */
export function heapFiles(description: string, kind: "many" | "any"): ManyArgument<string> {
  return { ...snapshotFiles(description), kind, completion: { kind: "heap" } };
}

/** A TCP port; 0 is any that is free. */
export function port(description: string): Option<number> {
  return {
    description,
    placeholder: "port",
    defaultValue: 0,
    completion: { kind: "none" },
    parse: (text) => {
      const value = parseWholeNumber(text, 0);
      if (value < 65_536) return value;
      throw new UsageError(`'${text}' is no port; ports go up to 65535.`);
    },
  };
}

/** One object, by the id that other commands print: `@123` or `123`. */
export function objectId(description: string): Argument<number> {
  return { kind: "one", placeholder: "@ID", description, completion: { kind: "none" }, parse: parseObjectId };
}

/** One object or none. */
export function optionalObjectId(description: string): Argument<number | undefined> {
  return {
    kind: "optional",
    placeholder: "@ID",
    description,
    completion: { kind: "none" },
    parse: parseObjectId,
  };
}

/** One object or more. */
export function objectIds(description: string): ManyArgument<number> {
  return {
    kind: "many",
    placeholder: "@ID",
    description,
    completion: { kind: "none" },
    parse: parseObjectId,
  };
}

/** One of a few words. */
export function word<const Words extends readonly string[]>(
  placeholder: string,
  words: Words,
  description: string,
): Argument<Words[number]> {
  return {
    kind: "one",
    placeholder,
    description,
    completion: { kind: "words", words },
    parse: (text) => parseWord(words, text),
  };
}

/** One of a few words or none. */
export function optionalWord<const Words extends readonly string[]>(
  placeholder: string,
  words: Words,
  description: string,
): Argument<Words[number] | undefined> {
  return { ...word(placeholder, words, description), kind: "optional" };
}

/** An option without a value. */
export function flag(description: string): Option<boolean> {
  return {
    description,
    placeholder: undefined,
    defaultValue: false,
    completion: { kind: "none" },
    parse: () => true,
  };
}

/** Every command has it that computes something of snapshots which an earlier run may have kept; read by cli.ts. */
export function noCache(): Option<boolean> {
  return flag("neither use nor keep what earlier runs computed");
}

/** A whole number of at least `least`; `undefined` when it is not given. */
function wholeNumber(placeholder: string, least: number, description: string): Option<number | undefined> {
  return {
    description,
    placeholder,
    defaultValue: undefined,
    completion: { kind: "none" },
    parse: (text) => parseWholeNumber(text, least),
  };
}

/** One of a few words; the first is the default. */
export function choice<const Words extends readonly [string, ...string[]]>(
  placeholder: string,
  words: Words,
  description: string,
): Option<Words[number]> {
  return {
    description,
    placeholder,
    defaultValue: words[0],
    completion: { kind: "words", words },
    parse: (text) => parseWord(words, text),
  };
}

/** Words out of a few, each with an option of its own; none by default. */
export function choices<const Words extends readonly [string, ...string[]]>(
  placeholder: string,
  words: Words,
  description: string,
): Option<readonly Words[number][]> {
  return {
    description,
    placeholder,
    defaultValue: [],
    completion: { kind: "words", words },
    repeats: true,
    parse: (text) => [parseWord(words, text)],
  };
}

/** A value that may be given several times, each with an option of its own; none by default. */
export function repeated<Value>(
  placeholder: string,
  description: string,
  parse: (text: string) => Value,
): Option<readonly Value[]> {
  return {
    description: `${description}; may be repeated`,
    placeholder,
    defaultValue: [],
    completion: { kind: "none" },
    repeats: true,
    parse: (text) => [parse(text)],
  };
}

/** A size: `500kB`, `1MB`, `64MiB`, or bytes; `undefined` when it is not given. */
export function size(description: string): Option<number | undefined> {
  return {
    description,
    placeholder: "size",
    defaultValue: undefined,
    completion: { kind: "none" },
    parse: (text) => {
      const bytes = parseSize(text);
      if (bytes !== undefined) return bytes;
      throw new UsageError(`'${text}' is no size; give a number with its unit, for example 500kB or 1.5MB.`);
    },
  };
}

/** A time span: `500ms`, `60s`, `5m`; milliseconds. */
export function duration<Default extends number | undefined>(
  usual: Default,
  description: string,
): Option<number | Default> {
  return {
    description: usual === undefined ? description : `${description} (default: ${formatSpan(usual)})`,
    placeholder: "time",
    defaultValue: usual,
    completion: { kind: "none" },
    parse: parseDuration,
  };
}

/** A time span, or one of a few words; the first is the default. */
export function durationOr<const Words extends readonly [string, ...string[]]>(
  words: Words,
  description: string,
): Option<number | Words[number]> {
  return {
    description: `${description}; or ${words.join(", ")} (default: ${words[0]})`,
    placeholder: "time",
    defaultValue: words[0],
    completion: { kind: "none" },
    parse: (text) => words.find((word) => word === text) ?? parseDuration(text),
  };
}

/** A whole number of at least `least`, with a usual value. */
export function number(usual: number, least: number, description: string): Option<number> {
  return {
    ...wholeNumber("n", least, `${description} (default: ${usual})`),
    defaultValue: usual,
    parse: (text) => parseWholeNumber(text, least),
  };
}

/** A whole number of at least `least`; `undefined` when it is not given. */
export function optionalNumber(least: number, description: string): Option<number | undefined> {
  return wholeNumber("n", least, description);
}

/** A text; `undefined` when it is not given. */
export function optionalText(placeholder: string, description: string): Option<string | undefined> {
  return {
    description,
    placeholder,
    defaultValue: undefined,
    completion: { kind: "none" },
    parse: (text) => {
      if (text !== "") return text;
      throw new UsageError(`the value of <${placeholder}> is empty.`);
    },
  };
}

/** Folders with source maps, each with an option of its own. For `SourceResolver`. */
export function sourceMaps(): Option<readonly string[]> {
  return {
    description: "source maps of scripts, besides those beside the scripts; may be repeated",
    placeholder: "dir",
    defaultValue: [],
    completion: { kind: "none" },
    repeats: true,
    parse: (text) => [parseFolder(text)],
  };
}

/** A file to write or none. */
export function optionalFile(description: string): Argument<string | undefined> {
  return {
    kind: "optional",
    placeholder: "FILE",
    description,
    completion: { kind: "snapshot" },
    parse: parseFileName,
  };
}

/** A running process or an inspector, as `findTarget` reads it. */
export function liveTarget(description: string): Argument<string> {
  return {
    kind: "one",
    placeholder: "TARGET",
    description,
    completion: { kind: "none" },
    parse: (text) => {
      if (text.trim() !== "") return text;
      throw new UsageError(
        "the target is empty; give a process id, a part of its command line, or host:port.",
      );
    },
  };
}

/** Files that hold snapshots, or one running process or inspector; which of the two, the command decides. */
export function snapshotFilesOrTarget(description: string): ManyArgument<string> {
  return {
    kind: "many",
    placeholder: "FILE|TARGET",
    description,
    completion: { kind: "snapshot" },
    parse: (text) => {
      if (text.trim() !== "") return text;
      throw new UsageError(
        "a name is empty; give snapshots, or a process id, a part of its command line, or host:port.",
      );
    },
  };
}

/** Processes by their id or a part of their command line; all if it is not given. */
export function processPattern(description: string): Argument<string | undefined> {
  return {
    kind: "optional",
    placeholder: "PATTERN",
    description,
    completion: { kind: "none" },
    parse: (text) => {
      if (text.trim() !== "") return text;
      throw new UsageError("the pattern is empty; leave it out to see all processes.");
    },
  };
}

/** A filter on names: `TEXT` or `/regular expression/`. */
export function nameFilter(description: string): Option<NameFilter | undefined> {
  return {
    description,
    placeholder: "text",
    defaultValue: undefined,
    completion: { kind: "none" },
    parse: readNameFilter,
  };
}

/** The `--limit` of a list that is cut for programs, too, since all of it could be endless. */
export function limitForAll(usual: number, rows: string): Option<number | undefined> {
  return wholeNumber("n", 0, `${rows} to print; 0 = all (default: ${usual})`);
}

/** The `--limit` of a table with `usual` rows. Use `rowLimit` to read it. */
export function limit(usual: number, rows: string): Option<number | undefined> {
  return wholeNumber("n", 0, `${rows} to print; 0 = all (default: ${usual}, with --json all)`);
}

/** How many rows to make: what the user asked for, or the usual number for people and all for programs. */
export function rowLimit(given: number | undefined, usual: number, json: boolean): number {
  const limit = given ?? (json ? 0 : usual);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/** How many levels of a tree to print; `undefined` when it is not given. */
export function optionalLevels(description: string): Option<number | undefined> {
  return {
    description,
    placeholder: "n",
    defaultValue: undefined,
    completion: { kind: "none" },
    parse: parseLevels,
  };
}

/** How many levels of a tree to print. */
export function levels(usual: number, what: string): Option<number> {
  return {
    description: `${what} (default: ${usual})`,
    placeholder: "n",
    defaultValue: usual,
    completion: { kind: "none" },
    parse: parseLevels,
  };
}

// Deeper trees would be neither read nor, as nested JSON, parsed.
const MOST_LEVELS = 50;

function parseLevels(text: string): number {
  const depth = parseWholeNumber(text, 1);
  if (depth <= MOST_LEVELS) return depth;
  throw new UsageError(`'${text}' is more than ${MOST_LEVELS} levels, the most that are printed.`);
}

function parseFileName(text: string): string {
  if (text === "")
    throw new UsageError(
      "the name of the file is empty; give a .heapsnapshot file, or - for standard input.",
    );
  return text;
}

function parseFolder(text: string): string {
  // A map's own name will do, too.
  if (text !== "" && existsSync(text)) return text;
  throw new UsageError(`there is no folder '${text}'; give one with .map files.`);
}

// V8's ids are 32-bit numbers.
const LARGEST_ID = 0xffff_ffff;

function parseObjectId(text: string): number {
  const id = /^@?\d{1,10}$/.test(text) ? Number(text.replace("@", "")) : Number.NaN;
  if (id <= LARGEST_ID) return id;
  throw new UsageError(`'${text}' is not an object id; ids are printed beside objects, for example @12345.`);
}

function parseWholeNumber(text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new UsageError(`'${text}' is not a whole number of at least ${least}.`);
}

/** A timer of Node takes no more. */
const LONGEST_SPAN_MS = 2 ** 31 - 1;

function parseDuration(text: string): number {
  const span = /^\d/.test(text) && text.length <= 20 ? ms(text as StringValue) : undefined;
  // Alone, a number could be meant as seconds or as milliseconds.
  if (span !== undefined && span > 0 && span <= LONGEST_SPAN_MS && !/^[\d.]+$/.test(text)) return span;
  throw new UsageError(`'${text}' is not a time; give a number with its unit, for example 500ms, 60s or 5m.`);
}

function formatSpan(milliseconds: number): string {
  return ms(milliseconds);
}

function parseWord<Word extends string>(words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`'${text}' is not one of ${words.join(", ")}.`);
}
