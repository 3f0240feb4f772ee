// Runs a snapshot file through the agent's redactor into another file, with its capture record. Whatever fails, or Ctrl-C, no
// half file stays behind.

import { randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { createRedactor, compilePatterns, StandIns } from "@heapscope/agent/redact";
import { CancelledError, parseCaptureRecord, type CaptureRecord } from "@heapscope/engine";
import type { CommandContext } from "../command.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { refuseExisting, WholeFile } from "../whole-file.ts";
import { readBytes } from "./read-bytes.ts";
import { redactRecord } from "./redact-record.ts";

/** As the engine has it. */
const LARGEST_RECORD = 1 << 24;

export interface RedactFileOptions {
  readonly file: string;
  readonly mode: "strings" | "secrets";
  /** Nothing is written without it. */
  readonly output: string | undefined;
  readonly patterns: readonly { readonly name: string; readonly source: string; readonly flags: string }[];
  readonly overwrite: boolean;
}

type Report = ReturnType<ReturnType<typeof createRedactor>["end"]>;

/** Throws `CommandError`, `UsageError` and `CancelledError`. */
export async function redactFile(
  context: CommandContext,
  { file, mode, output, patterns, overwrite }: RedactFileOptions,
): Promise<{ report: Report; written?: { file: string; bytes: number; sha256: string; record?: string } }> {
  const { signal, onProgress } = context.runOptions;
  const recordPath = output === undefined ? undefined : `${resolve(output)}.json`;
  const record = file === "-" ? undefined : await recordOf(file);
  const reading = await readBytes(file);
  if (output !== undefined) await refuseSame(file, output);
  if (output !== undefined && recordPath !== undefined) {
    refuseExisting(resolve(output), overwrite);
    if (record !== undefined) refuseExisting(recordPath, overwrite);
  }
  const target = output === undefined ? undefined : await WholeFile.create(output, overwrite);
  let recordFile: WholeFile | undefined;
  const stop = (): void => reading.stop();
  signal.addEventListener("abort", stop);
  try {
    const key = randomBytes(16);
    let pieces: Uint8Array[] = [];
    const redactor = createRedactor({ mode, patterns, key }, (piece) => pieces.push(piece));
    for await (const chunk of reading.chunks) {
      if (signal.aborted) throw new CancelledError();
      inWords(file, () => redactor.write(chunk));
      const ready = pieces;
      pieces = [];
      if (target !== undefined) for (const piece of ready) await target.write(piece);
      onProgress?.({ stage: "redacting", done: reading.done(), total: reading.total });
    }
    if (signal.aborted) throw new CancelledError();
    const report = inWords(file, () => redactor.end());
    if (target === undefined || output === undefined) return { report };
    const facts = await target.commit();
    if (record === undefined || recordPath === undefined)
      return { report, written: { file: output, ...facts } };
    recordFile = await WholeFile.create(recordPath, overwrite);
    const redacted = redactRecord(
      record,
      { name: basename(output), ...facts },
      mode,
      compilePatterns(patterns),
      new StandIns(key),
    );
    await recordFile.write(Buffer.from(`${JSON.stringify(redacted)}\n`));
    await recordFile.commit();
    return { report, written: { file: output, ...facts, record: `${output}.json` } };
  } catch (error) {
    throw signal.aborted ? new CancelledError() : error;
  } finally {
    signal.removeEventListener("abort", stop);
    await target?.discard();
    await recordFile?.discard();
  }
}

/** The capture record, if there is one of this very file. */
async function recordOf(file: string): Promise<CaptureRecord | undefined> {
  try {
    const [{ size }, facts] = await Promise.all([stat(file), stat(`${file}.json`)]);
    if (!facts.isFile() || facts.size > LARGEST_RECORD) return undefined;
    const record = parseCaptureRecord(await readFile(`${file}.json`, "utf8"));
    return record?.file.bytes === size ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Never in place: a failure would cost the original. */
async function refuseSame(file: string, output: string): Promise<void> {
  const identity = (path: string): Promise<string> =>
    stat(path).then(
      ({ dev, ino }) => `${dev}:${ino}`,
      () => path,
    );
  if (file !== "-" && (await identity(file)) === (await identity(output)))
    throw new UsageError("the output is the snapshot itself; choose another name.");
}

function inWords<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandError(
      "redact",
      `${file === "-" ? "standard input" : file}: ${(error as Error).message.replace(/^The/, "the")}`,
      { path: file },
    );
  }
}
