// The record that an agent wrote beside a file of its own: what only the inside of the process knows, above all which of
// its snapshots share object ids. Read from the process's own file system, as another container's files are; what stands
// there is the process's word, so each field is checked, and no link is followed at the end of the path.

import fs from "node:fs";
import path from "node:path";
import type { CaptureRecord } from "@heapscope/engine";
import {
  amount,
  fields,
  flag,
  ifMatching,
  list,
  MismatchError,
  object,
  optional,
  text,
  whole,
} from "./json-value.ts";

/** What of it goes into a record of ours. */
export type AgentRecord = Pick<CaptureRecord, "ids" | "options" | "heap" | "scripts" | "warnings">;

/** A process with 50,000 scripts has 6 MB of them. */
const LONGEST_RECORD = 1 << 26;

/** The record of a file, `file` as the process sees it; `undefined` where it cannot be had or is none. */
export function readAgentRecord(pid: number, file: string): AgentRecord | undefined {
  if (path.normalize(file) !== file || !path.isAbsolute(file)) return undefined;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  try {
    const descriptor = fs.openSync(`/proc/${pid}/root${file}.json`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fs.fstatSync(descriptor);
      if (!stats.isFile() || stats.size > LONGEST_RECORD) return undefined;
      return parseAgentRecord(fs.readFileSync(descriptor, "utf8"));
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

export function parseAgentRecord(json: string): AgentRecord | undefined {
  return ifMatching(() => {
    const { schema, ids, options, heap, scripts, warnings } = object(JSON.parse(json));
    if (schema !== "heapscope/capture-record@1") throw new MismatchError();
    return {
      ids: readIds(ids),
      options: readOptions(options),
      heap: readHeap(heap),
      scripts: list(scripts, readScript),
      warnings: list(warnings, text),
    };
  });
}

function readIds(value: unknown): AgentRecord["ids"] {
  const { space, note } = object(value);
  if (space === "") throw new MismatchError();
  return { space: text(space), ...optional("note", note, text) };
}

function readOptions(value: unknown): AgentRecord["options"] {
  const { collectGarbage, numericValues, exposeInternals } = object(value);
  return {
    collectGarbage: flag(collectGarbage),
    numericValues: flag(numericValues),
    exposeInternals: flag(exposeInternals),
  };
}

function readHeap(value: unknown): AgentRecord["heap"] {
  const { usage, statistics, spaces } = object(value);
  return {
    ...optional("usage", usage, (each) => fields(each, amount)),
    ...optional("statistics", statistics, (each) => fields(each, amount)),
    ...optional("spaces", spaces, (each) => list(each, readSpace)),
  };
}

function readSpace(value: unknown): { name: string; size: number; used: number } {
  const { name, size, used } = object(value);
  return { name: text(name), size: amount(size), used: amount(used) };
}

function readScript(value: unknown): AgentRecord["scripts"][number] {
  const { id, url, sourceMapUrl } = object(value);
  return { id: whole(id), url: text(url), ...optional("sourceMapUrl", sourceMapUrl, text) };
}
