/**
 * The capture record: what a snapshot file itself does not tell. Who captures writes it beside the file, as `FILE.json`:
 * the process and thread, the options, what the capture took, the urls of all scripts, and with which other snapshots
 * this one can be compared by object id. `docs/format.md` describes it.
 *
 * A record may come from anywhere, so nothing in it is believed before its type is checked, and only what is named here is
 * kept. It holds strings of the captured program: escape them where they are shown.
 *
 * Cost: as `JSON.parse`, and one look at each character before.
 */

/** What is known of the capture of one snapshot file. Sizes are bytes, durations milliseconds. */
export interface CaptureRecord {
  readonly schema: "heapscope/capture-record@1";
  /** The file that the record belongs to, as it was written. */
  readonly file: {
    /** Without folders. */
    readonly name: string;
    /** Length on disk: compressed, if the file is. */
    readonly bytes: number;
    /** Of these bytes, in hexadecimal. */
    readonly sha256: string;
    readonly nodeCount: number;
    readonly edgeCount: number;
  };
  /** When the capture began: ISO 8601, in UTC. */
  readonly capturedAt: string;
  /** From then until the file was whole. */
  readonly durationMs: number;
  /** How long the program stood still, if that was measured. */
  readonly pauseMs?: number | undefined;
  /** Name and version of the program that captured. */
  readonly tool: string;
  /** How it got at the heap: `inspector`, `sigusr1`, … */
  readonly route: string;
  readonly target: {
    /** As seen by who captured. */
    readonly pid?: number;
    /** Address of the inspector, where the target was given by it. */
    readonly url?: string;
    /** For people: `node server.js`. */
    readonly command?: string;
    /** `node`, `deno`, `bun`, `chromium`, `electron`, … */
    readonly runtime: string;
    /** As the runtime writes it: `v24.21.0`, `2.9.6`. */
    readonly version?: string;
    /** Age of the process when the capture began. */
    readonly uptimeMs?: number;
    /** The thread whose heap it is; the main thread's id is 0. */
    readonly thread: { readonly id: number; readonly name: string };
  };
  /** Options of the capture that change the numbers. */
  readonly options: {
    /** Garbage was collected once more beforehand. */
    readonly collectGarbage: boolean;
    /** Numbers are nodes. */
    readonly numericValues: boolean;
    readonly exposeInternals: boolean;
  };
  readonly ids: {
    /** In two snapshots with the same one an object has the same id; in two with different ones it has not. */
    readonly space: string;
    /** What else there is to say about it, for people. */
    readonly note?: string;
  };
  /** What the target said about its memory before the capture, by the runtime's own names. */
  readonly heap: {
    /** `process.memoryUsage()` */
    readonly usage?: Readonly<Record<string, number>>;
    /** `v8.getHeapStatistics()` */
    readonly statistics?: Readonly<Record<string, number>>;
    /** Of `v8.getHeapSpaceStatistics()`: reserved and used bytes of each space. */
    readonly spaces?: readonly { readonly name: string; readonly size: number; readonly used: number }[];
  };
  /** What the capture was expected to take. */
  readonly predicted?: {
    /** Memory of the target on top of what it had. */
    readonly extraMemory: number;
    readonly fileSize: number;
    readonly pauseMs: { readonly from: number; readonly to: number };
  };
  /** What it took. */
  readonly measured?: {
    readonly extraMemory?: number;
    readonly fileSize: number;
    readonly pauseMs?: number;
  };
  /** The scripts that the target had loaded. */
  readonly scripts: readonly {
    /** As in the snapshot's locations. */
    readonly id: number;
    /** As the inspector gives it: `file:///…`, `node:fs`, …; empty for code without a name. */
    readonly url: string;
    /** As the script states it; `data:` for a map that is part of the script. */
    readonly sourceMapUrl?: string;
  }[];
  /** What went differently from what was asked for, in sentences. */
  readonly warnings: readonly string[];
}

/** What was found beside a snapshot. */
export interface FoundRecord {
  readonly captureRecord?: CaptureRecord | undefined;
  /** In one sentence, why there is none although something means to be one. */
  readonly captureRecordProblem?: string | undefined;
}

/** The record of a snapshot with these counts: what was found, unless it is of another one. */
export function checkCaptureRecord(
  found: FoundRecord,
  { nodeCount, edgeCount }: { readonly nodeCount: number; readonly edgeCount: number },
): FoundRecord {
  const { captureRecord: record, captureRecordProblem } = found;
  if (record === undefined || (record.file.nodeCount === nodeCount && record.file.edgeCount === edgeCount))
    return { captureRecord: record, captureRecordProblem };
  return {
    captureRecordProblem: `The capture record is of another file: it tells of ${record.file.nodeCount} nodes and ${record.file.edgeCount} edges, the snapshot has ${nodeCount} and ${edgeCount}.`,
  };
}

/** A record's own brackets are four deep. */
const DEEPEST_NESTING = 16;

/** Reads the text of a record; `undefined` when it is not one of this version, whatever else it may be. Never throws. */
export function parseCaptureRecord(text: string): CaptureRecord | undefined {
  if (isNestedDeeper(text, DEEPEST_NESTING)) return undefined;
  try {
    return readRecord(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof MismatchError) return undefined;
    throw error;
  }
}

/**
 * Whether brackets that are not in strings nest deeper than `limit`. Sixteen million open brackets would cost `JSON.parse`
 * two seconds and half a gigabyte.
 */
function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        isInString = !isInString;
        break;
      case 0x5c: // \ stands before one more character of a string
        at++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (!isInString && ++depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        if (!isInString) depth--;
        break;
      default:
        break;
    }
  }
  return false;
}

/** A value is not what a record has in its place. Caught above. */
class MismatchError extends Error {}

function readRecord(value: unknown): CaptureRecord {
  const { schema, file, capturedAt, durationMs, pauseMs, tool, route, target, options, ...rest } =
    object(value);
  const { ids, heap, predicted, measured, scripts, warnings } = rest;
  if (schema !== "heapscope/capture-record@1") throw new MismatchError();
  return {
    schema,
    file: readFile(file),
    capturedAt: instant(capturedAt),
    durationMs: amount(durationMs),
    ...optional("pauseMs", pauseMs, amount),
    tool: string(tool),
    route: string(route),
    target: readTarget(target),
    options: readOptions(options),
    ids: readIds(ids),
    heap: readHeap(heap),
    ...optional("predicted", predicted, readPrediction),
    ...optional("measured", measured, readMeasures),
    scripts: list(scripts, readScript),
    warnings: list(warnings, string),
  };
}

function readFile(value: unknown): CaptureRecord["file"] {
  const { name, bytes, sha256, nodeCount, edgeCount } = object(value);
  if (!/^[0-9a-f]{64}$/.test(string(sha256))) throw new MismatchError();
  return {
    name: string(name),
    bytes: whole(bytes),
    sha256: string(sha256),
    nodeCount: whole(nodeCount),
    edgeCount: whole(edgeCount),
  };
}

function readTarget(value: unknown): CaptureRecord["target"] {
  const { pid, url, command, runtime, version, uptimeMs, thread } = object(value);
  const { id, name } = object(thread);
  return {
    ...optional("pid", pid, whole),
    ...optional("url", url, string),
    ...optional("command", command, string),
    runtime: string(runtime),
    ...optional("version", version, string),
    ...optional("uptimeMs", uptimeMs, amount),
    thread: { id: whole(id), name: string(name) },
  };
}

function readOptions(value: unknown): CaptureRecord["options"] {
  const { collectGarbage, numericValues, exposeInternals } = object(value);
  return {
    collectGarbage: boolean(collectGarbage),
    numericValues: boolean(numericValues),
    exposeInternals: boolean(exposeInternals),
  };
}

function readIds(value: unknown): CaptureRecord["ids"] {
  const { space, note } = object(value);
  // Two empty ones would be equal, and mean nothing.
  if (space === "") throw new MismatchError();
  return { space: string(space), ...optional("note", note, string) };
}

function readHeap(value: unknown): CaptureRecord["heap"] {
  const { usage, statistics, spaces } = object(value);
  return {
    ...optional("usage", usage, readAmounts),
    ...optional("statistics", statistics, readAmounts),
    ...optional("spaces", spaces, (each) => list(each, readSpace)),
  };
}

function readAmounts(value: unknown): Record<string, number> {
  // Defines properties, so that "__proto__" is a name like any other.
  return Object.fromEntries(Object.entries(object(value)).map(([name, each]) => [name, amount(each)]));
}

function readSpace(value: unknown): { name: string; size: number; used: number } {
  const { name, size, used } = object(value);
  return { name: string(name), size: amount(size), used: amount(used) };
}

function readPrediction(value: unknown): NonNullable<CaptureRecord["predicted"]> {
  const { extraMemory, fileSize, pauseMs } = object(value);
  const { from, to } = object(pauseMs);
  return {
    extraMemory: amount(extraMemory),
    fileSize: amount(fileSize),
    pauseMs: { from: amount(from), to: amount(to) },
  };
}

function readMeasures(value: unknown): NonNullable<CaptureRecord["measured"]> {
  const { extraMemory, fileSize, pauseMs } = object(value);
  return {
    ...optional("extraMemory", extraMemory, amount),
    fileSize: amount(fileSize),
    ...optional("pauseMs", pauseMs, amount),
  };
}

function readScript(value: unknown): CaptureRecord["scripts"][number] {
  const { id, url, sourceMapUrl } = object(value);
  return { id: whole(id), url: string(url), ...optional("sourceMapUrl", sourceMapUrl, string) };
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new MismatchError();
  return value as Record<string, unknown>;
}

function list<T>(value: unknown, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw new MismatchError();
  return value.map((item) => read(item));
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new MismatchError();
  return value;
}

function boolean(value: unknown): boolean {
  if (typeof value !== "boolean") throw new MismatchError();
  return value;
}

/** Bytes, milliseconds or a count. `JSON.parse` makes infinity of 1e999, and has a zero with a sign. */
function amount(value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value < Number.POSITIVE_INFINITY))
    throw new MismatchError();
  return Math.abs(value);
}

function whole(value: unknown): number {
  const number = amount(value);
  if (!Number.isSafeInteger(number)) throw new MismatchError();
  return number;
}

function instant(value: unknown): string {
  const time = string(value);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(time) || Number.isNaN(Date.parse(time)))
    throw new MismatchError();
  return time;
}

/** The field in an object of its own, or an empty object where there is none. */
function optional<Key extends string, T>(
  key: Key,
  value: unknown,
  read: (value: unknown) => T,
): { [K in Key]?: T } {
  return (value === undefined ? {} : { [key]: read(value) }) as { [K in Key]?: T };
}
