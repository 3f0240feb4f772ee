// Rewrites the texts of a heap snapshot while it streams by, so that values which are nobody's business never reach a disk.
// Nodes and edges pass as they are; what they say about each text is remembered (`holders.ts`), and the string table, which
// V8 writes last, is rewritten: same number of strings, same order, same lengths. What is replaced, and why that is enough, is
// told in docs/redaction.md.
//
//     {"snapshot":{…},"nodes":[…],"edges":[…], … ,"strings":["<dummy>",…]}
//        read first     integers: read, passed on     held back until it is known what names say, then rewritten
//
// It fails closed: what is not laid out as expected is an error, and not a byte of a string has been passed on before.
//
// Cost: 160 MB/s of nodes and edges, 5 to 20 MB/s of strings; memory: see `holders.ts`, and the strings up to `HELD_BACK`.
// Called by the agent's thread for each file, and by `heapscope redact`.

import { randomBytes } from "node:crypto";
import type { RedactionReport } from "../api.ts";
import type { RedactionPattern } from "../thread/messages.ts";
import { Holders, MARK_HELD, MARK_LABEL, MARK_TO_VALUE } from "./holders.ts";
import { compilePatterns, replaceSecrets } from "./secret-patterns.ts";
import { readSections } from "./section-reader.ts";
import { StandIns } from "./stand-in.ts";

export interface RedactorOptions {
  /** See `Redaction`. */
  readonly mode: "strings" | "secrets" | ((text: string) => string);
  readonly patterns?: readonly RedactionPattern[];
  /** 16 random bytes. Captures with the same key have the same stand-ins, so that labels which looked secret can be compared. Default: new ones. */
  readonly key?: Uint8Array;
  /** Bytes of strings that are held back at most. If there are more, values whose holder is not known yet are replaced. */
  readonly heldBack?: number;
}

/** Feed it all bytes in order; it emits them in time. Both methods throw an `Error` with a sentence; it is of no use after that. */
export interface Redactor {
  write(bytes: Uint8Array): void;
  end(): RedactionReport;
}

const HELD_BACK = 1 << 27;
const STRINGS_AT_ONCE = 256;
/** Ropes are searched in pieces of about this length. */
const PIECE = 1 << 14;

/** What V8 writes where a text has no name of its own. */
const NO_VALUE = /^(?:<dummy>|\((?:concatenated|sliced) string\))?$/;
/** The entry of a WeakMap, as V8 names it. */
const ENTRY =
  /^(\d+ \/ part of key \()([^]*?)( @(\d+)\) -> value \()([^]*)( @\d+\) pair in WeakMap \(table @\d+\))$/;
/** Elements of a page, and the values of their attributes. */
const ELEMENT = /^(?:Detached )?<\w/;
const ATTRIBUTE = /(?<==)(?:"[^"]*"?|[^\s">]+)/g;
/** What tables of names are made with must stay where it is. */
const LABEL_RUN = /[^,'"{}\\\s]+/g;
/** A text that is a name as well is one by chance if it looks like this. No name that V8 gives has a digit. */
const NO_NAME = /^(?=.*\d).{8,}$/s;

/** Rewrites the strings of a `.heapsnapshot` or `.heaptimeline`. */
export function createRedactor(options: RedactorOptions, emit: (bytes: Uint8Array) => void): Redactor {
  const { mode } = options;
  const patterns = compilePatterns(options.patterns);
  const standIns = new StandIns(options.key ?? randomBytes(16));
  const holders = new Holders();
  const byPattern: Record<string, number> = {};
  const report = { strings: 0, changed: 0, characters: 0, byPattern };
  /** The strings as far as they came, while they are held back. */
  let held: string[] | undefined = [];
  let heldLength = 0;
  let rewritten: string[] = [];
  let failure: Error | undefined;
  /** The section in hand, or the one before. */
  let section = "header";

  const reader = readSections({
    open(name, header) {
      section = name;
      return holders.open(name, header);
    },
    text(raw) {
      if (held === undefined) {
        rewrite(raw);
        return;
      }
      held.push(raw);
      heldLength += raw.length;
      if (heldLength > (options.heldBack ?? HELD_BACK)) settle();
    },
    textsEnd() {
      settle();
      flush();
    },
    pass: emit,
  });
  reader.next();

  const read = (piece: Uint8Array | undefined, fault: string): void => {
    if (failure) throw failure;
    try {
      reader.next(piece);
    } catch (cause) {
      held = undefined;
      failure = new Error(`The snapshot could not be redacted: ${fault} its ${section}.`, { cause });
      throw failure;
    }
  };

  return {
    write: (bytes) => read(bytes, "something is wrong in"),
    end() {
      read(undefined, "it ends in the middle of");
      return report;
    },
  };

  function settle(): void {
    if (held === undefined) return;
    const texts = held;
    held = undefined;
    const textOf = (position: number): string | undefined => {
      const raw = texts[position];
      return raw === undefined ? undefined : decode(raw);
    };
    holders.settle(textOf);
    if (mode === "secrets") holders.forEachRope((parts) => searchRope(parts, textOf));
    for (const raw of texts) rewrite(raw);
  }

  /** A secret may be spread over the parts of a rope, or be told by the part before it. */
  function searchRope(rope: number[], textOf: (position: number) => string | undefined): void {
    let parts: (readonly [position: number, text: string])[] = [];
    let whole = "";
    rope.forEach((position, i) => {
      const text = textOf(position);
      if (text === undefined) holders.mark(position, MARK_HELD);
      else parts.push([position, text]);
      whole += text ?? "";
      if (i < rope.length - 1 && whole.length < PIECE) return;
      if (parts.length > 1) {
        const found = hide(whole);
        let from = 0;
        for (const [part, alone] of parts) {
          const hidden = found.slice(from, (from += alone.length));
          if (hidden !== alone && hidden !== hide(alone)) holders.mark(part, MARK_HELD);
        }
      }
      // What begins at the end of one piece is found in the next.
      parts = parts.slice(-2);
      whole = parts.map((part) => part[1]).join("");
    });
  }

  function hide(text: string): string {
    return replaceSecrets(text, false, patterns, (secret) => "\0".repeat(secret.length));
  }

  function rewrite(raw: string): void {
    const text = decode(raw);
    const redacted = redact(text, holders.marksOf(report.strings));
    if (redacted !== text) report.changed++;
    report.strings++;
    rewritten.push(redacted === text ? raw : encode(redacted));
    if (rewritten.length === STRINGS_AT_ONCE) flush();
  }

  function flush(): void {
    if (rewritten.length === 0) return;
    const comma = report.strings > rewritten.length ? "," : "";
    emit(Buffer.from(`${comma}"${rewritten.join('","')}"`, "latin1"));
    rewritten = [];
  }

  function redact(text: string, marks: number): string {
    const isLabel = (marks & MARK_LABEL) !== 0 || NO_VALUE.test(text);
    if (!isLabel && mode !== "secrets")
      return mode === "strings" ? replaceAll("value", text) : call(mode, text);
    if ((marks & MARK_HELD) !== 0 && (!isLabel || NO_NAME.test(text))) return replaceAll("value", text);
    if (isLabel) text = replaceValuesIn(text, marks);
    return replaceSecrets(text, isLabel, patterns, (secret, name) => replaceAll(name, secret, isLabel));
  }

  /** Some labels have values in them. */
  function replaceValuesIn(label: string, marks: number): string {
    if (mode !== "secrets" && ELEMENT.test(label))
      return label.replace(ATTRIBUTE, (value) => replaceAll("value", value, true));
    if (!label.includes(" pair in WeakMap (")) return label;
    return label.replace(
      ENTRY,
      (_, start: string, key: string, between: string, id: string, value: string, rest: string) => {
        // With more than one way to read it, nobody knows where the value begins.
        const isUnclear = value.includes(") -> value (");
        if (isUnclear || holders.valueIds.has(Number(id))) key = replaceAll("value", key, true);
        if (isUnclear || marks & MARK_TO_VALUE) value = replaceAll("value", value, true);
        return start + key + between + value + rest;
      },
    );
  }

  function replaceAll(name: string, secret: string, isInLabel = false): string {
    byPattern[name] = (byPattern[name] ?? 0) + 1;
    report.characters += secret.length;
    return isInLabel ? secret.replace(LABEL_RUN, (run) => standIns.of(run)) : standIns.of(secret);
  }

  function call(redactText: (text: string) => string, text: string): string {
    let result: string;
    try {
      result = redactText(text).slice(0, text.length).padEnd(text.length, "x");
    } catch {
      return replaceAll("function-failed", text);
    }
    if (result !== text) replaceAll("function", text);
    return result;
  }
}

/** Also refuses what JSON forbids. */
function decode(raw: string): string {
  // eslint-disable-next-line no-control-regex -- those that JSON forbids
  return /[\\\x00-\x1f\x80-\xff]/.test(raw)
    ? (JSON.parse(`"${Buffer.from(raw, "latin1").toString()}"`) as string)
    : raw;
}

/** ASCII only. */
function encode(text: string): string {
  return text.replace(
    /["\\]|[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export { compilePatterns, replaceSecrets, SECRET_NAME, type SecretPattern } from "./secret-patterns.ts";
export { StandIns } from "./stand-in.ts";
