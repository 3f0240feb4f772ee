// Known leaks that are accepted for now: a file of signatures that a team keeps with its code. A suspect whose signature is
// in it is listed as accepted and fails no gate. Used by `leaks` and `check`.
//
// The file is for people as well: entries in a stable order, one field a line, with a comment that is theirs and survives
// an update. It is written whole or not at all. Cost: one small file.

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { CommandError } from "../command-error.ts";
import type { BaselineEntry, BaselineFile } from "../schemas/baseline.ts";
import type { SuspectLine } from "../schemas/leaks.ts";

const SCHEMA = "heapscope/baseline@1";

/** Larger is no list of leaks that people have looked at. */
const LARGEST_FILE = 64 << 20;

/** What a baseline makes of suspects. */
export interface SortedSuspects<Suspect> {
  /** Not in the baseline. */
  readonly unknown: readonly Suspect[];
  readonly accepted: readonly Suspect[];
  /** Entries of the baseline that no suspect has. */
  readonly unseen: readonly BaselineEntry[];
}

/** A baseline with nothing in it. */
export const emptyBaseline: BaselineFile = { schema: SCHEMA, accepted: [] };

/** Reads a baseline. Throws `CommandError` with code `baseline` for a file that is missing or is none. */
export function readBaseline(file: string): BaselineFile {
  const found = readBaselineIfThere(file);
  if (found !== undefined) return found;
  throw new CommandError(
    "baseline",
    `there is no baseline ${file}; run the same with --update-baseline to write it.`,
    { path: file },
  );
}

/** As `readBaseline`; `undefined` if there is no such file. */
export function readBaselineIfThere(file: string): BaselineFile | undefined {
  let text: string;
  try {
    const { size } = fs.statSync(file);
    if (size > LARGEST_FILE) throw corrupt(file, "it is far too large");
    text = fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new CommandError("baseline", `the baseline ${file} cannot be read (${code ?? message}).`, {
      path: file,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, `it is no JSON (${(error as Error).message})`);
  }
  return { schema: SCHEMA, accepted: readEntries(file, value) };
}

/** Tells known suspects from others. */
export function applyBaseline<Suspect extends { readonly signature: string }>(
  suspects: readonly Suspect[],
  baseline: BaselineFile,
): SortedSuspects<Suspect> {
  const known = new Set(baseline.accepted.map(({ signature }) => signature));
  const seen = new Set(suspects.map(({ signature }) => signature));
  return {
    unknown: suspects.filter(({ signature }) => !known.has(signature)),
    accepted: suspects.filter(({ signature }) => known.has(signature)),
    unseen: baseline.accepted.filter(({ signature }) => !seen.has(signature)),
  };
}

/** The same baseline with these suspects. Entries that were there stay as they are, with their comments. */
export function extendBaseline(baseline: BaselineFile, suspects: readonly SuspectLine[]): BaselineFile {
  const entries = new Map(baseline.accepted.map((entry) => [entry.signature, entry]));
  for (const suspect of suspects) {
    if (entries.has(suspect.signature)) continue;
    entries.set(suspect.signature, {
      signature: suspect.signature,
      className: suspect.className,
      container: suspect.container,
      heldBy: suspect.path.map(({ edge }) => edge).join(" › "),
      comment: "",
    });
  }
  return {
    schema: SCHEMA,
    accepted: [...entries.values()].sort((a, b) =>
      a.signature < b.signature ? -1 : a.signature > b.signature ? 1 : 0,
    ),
  };
}

/** Writes a baseline, whole or not at all. Throws `CommandError` with code `baseline`. */
export function writeBaseline(file: string, baseline: BaselineFile): void {
  let partial: string | undefined;
  try {
    // What a link leads to is replaced, not the link.
    const destination = fs.existsSync(file) ? fs.realpathSync(file) : path.resolve(file);
    partial = path.join(
      path.dirname(destination),
      `.${path.basename(destination)}.${randomBytes(4).toString("hex")}`,
    );
    const descriptor = fs.openSync(partial, "wx");
    try {
      fs.writeFileSync(descriptor, `${JSON.stringify(baseline, undefined, 2)}\n`);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(partial, destination);
  } catch (error) {
    if (partial !== undefined) fs.rmSync(partial, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(
      "baseline",
      `the baseline ${file} cannot be written (${code ?? message}); choose another place.`,
      { path: file },
    );
  }
}

function readEntries(file: string, value: unknown): BaselineEntry[] {
  const { schema, accepted } = fields(value);
  if (typeof schema === "string" && schema.startsWith("heapscope/baseline@") && schema !== SCHEMA)
    throw corrupt(file, `its version is ${schema}, and this heapscope reads ${SCHEMA}`);
  if (schema !== SCHEMA) throw corrupt(file, `its "schema" is not "${SCHEMA}"`);
  if (!Array.isArray(accepted)) throw corrupt(file, 'its "accepted" is no list');
  return accepted.map((each, index) => {
    const { signature, className, container, heldBy, comment } = fields(each);
    if (typeof signature !== "string" || signature === "")
      throw corrupt(file, `entry ${index + 1} of its list has no "signature"`);
    return {
      signature,
      className: text(className),
      container: text(container),
      heldBy: text(heldBy),
      comment: text(comment),
    };
  });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What is there for people only may be missing. */
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function corrupt(file: string, why: string): CommandError {
  return new CommandError(
    "baseline",
    `${file} is no baseline: ${why}; repair it, or remove it and write it anew with --update-baseline.`,
    { path: file },
  );
}
