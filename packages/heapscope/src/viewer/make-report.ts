// `heapscope report` at work: a desk reads the files, its answers are recorded, and page and answers become one file.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { CancelledError, type HeapSnapshot } from "@heapscope/engine";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../command-error.ts";
import type { ReportFile } from "../schemas/report.ts";
import { refuseExisting, WholeFile } from "../whole-file.ts";
import { AnswerRecorder } from "./answer-recorder.ts";
import { openCache } from "../cache/open-cache.ts";
import { createFileDesk } from "./file-desk.ts";
import { recordReport } from "./record-report.ts";
import { formatReport, type ReportPage } from "./report-html.ts";
import { describeFile, whenRead } from "./when-read.ts";

export interface ReportOptions {
  readonly files: readonly string[];
  readonly output: string;
  readonly mostBytes: number;
  readonly overwrite: boolean;
  readonly sourceMapFolders: readonly string[];
}

/** Throws `CommandError`, `UsageError` and `CancelledError`; then nothing is written. */
export async function makeReport(context: CommandContext, options: ReportOptions): Promise<ReportFile> {
  const { files, output, mostBytes, overwrite, sourceMapFolders } = options;
  const { signal } = context.runOptions;
  refuseExisting(resolve(output), overwrite);
  const page = readReportPage();
  const room = mostBytes - Buffer.byteLength(formatReport(page, options.files, ""));
  if (room <= 0) throw new UsageError("--max-size: the page alone is larger; allow for at least 1MB.");
  const target = await WholeFile.create(output, overwrite);
  const { cacheSettings } = context;
  const cache = cacheSettings === undefined ? undefined : openCache(cacheSettings);
  const snapshots: HeapSnapshot[] = [];
  try {
    const desk = createFileDesk({
      files,
      sourceMapFolders,
      signal,
      cache,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      onNote: (sentence) => context.say(`Note: ${sentence}`),
    });
    const entries = await whenRead(context, (listener) => desk.onFiles(listener), files);
    const recorder = new AnswerRecorder(desk, packedBytes(room), signal);
    await recordReport(recorder, entries, (text) => context.status(text));
    const names = entries.map(({ name }) => name);
    context.status("writing the report");
    const packed = await promisify(gzip)(JSON.stringify(recorder.archive), { level: 9 });
    signal.throwIfAborted();
    await target.write(Buffer.from(formatReport(page, names, packed.toString("base64"))));
    const { bytes, sha256 } = await target.commit();
    for (const snapshot of snapshots) cache?.keep(snapshot);
    return {
      schema: "heapscope/report@1",
      files: entries.map((entry, index) => describeFile(files[index]!, entry)),
      output: { file: output, bytes, sha256 },
      leftOut: recorder.leftOut,
    };
  } catch (error) {
    throw signal.aborted ? new CancelledError() : error;
  } finally {
    await target.discard();
  }
}

/** Bytes that take so many as base64, which is four letters for three of them. */
function packedBytes(letters: number): number {
  return Math.floor(letters / 4) * 3;
}

/** The page as the build made it for reports: one script, one style sheet. */
function readReportPage(): ReportPage {
  const read = (name: string): string => readFileSync(new URL(`../report/${name}`, import.meta.url), "utf8");
  return { script: read("report.js"), style: read("report.css") };
}
