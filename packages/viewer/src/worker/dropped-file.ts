/**
 * Files that the user has dropped, as the desk opens them: a snapshot or a profile, plain or gzipped, told apart by content.
 * A `.json` that is named after another file is the record of its capture.
 *
 * Browsers limit what a page may take, and say so by a `RangeError` when they refuse; that becomes a sentence with the way out.
 */
import {
  isProfileStart,
  openProfile,
  openSnapshot,
  parseCaptureRecord,
  SnapshotFormatError,
  type HeapSnapshot,
  type OpenOptions,
  type Profile,
  type RunOptions,
} from "@heapscope/engine";
import type { DeskFile } from "../desk/index.ts";

/** A file for the desk, with what ends its reading. */
export interface DroppedFile extends DeskFile {
  readonly controller: AbortController;
}

/** In bytes. A record is a few kilobytes; the urls of a large program's scripts make it longer. */
const LARGEST_RECORD = 1 << 24;
/** So much of the beginning tells what a file is. */
const HEAD_SIZE = 1 << 10;

/** The files in their order, without the records. */
export function describeFiles(files: readonly File[]): DroppedFile[] {
  const names = new Set(files.map(({ name }) => name));
  const isRecord = ({ name }: File): boolean => name.endsWith(".json") && names.has(name.slice(0, -5));
  return files
    .filter((file) => !isRecord(file))
    .map((file) => {
      const record = files.find((other) => isRecord(other) && other.name === `${file.name}.json`);
      const controller = new AbortController();
      return {
        name: file.name,
        byteLength: file.size,
        controller,
        signal: controller.signal,
        open: (run) => openDropped(file, record, run),
      };
    });
}

/** Opens one file. What it throws has a message for the user. */
export async function openDropped(
  file: File,
  record: File | undefined,
  run: RunOptions,
): Promise<HeapSnapshot | Profile> {
  const magic = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isGzip = magic[0] === 0x1f && magic[1] === 0x8b;
  const chunks = readChunks(isGzip ? gunzip(file) : file.stream(), isGzip);
  try {
    const head = await nextChunk(chunks, HEAD_SIZE);
    const source = prepend(head, chunks);
    // How long unzipped data is, is not known before its end.
    const options: OpenOptions = { ...run, ...(isGzip ? {} : { byteLength: file.size }) };
    if (isProfileStart(head)) return await openProfile(source, options);
    return await openSnapshot(source, { ...options, ...(await readRecord(record, file.size)) });
  } finally {
    await chunks.return(undefined);
  }
}

function gunzip(file: File): ReadableStream<Uint8Array> {
  return file.stream().pipeThrough(new DecompressionStream("gzip"));
}

async function* readChunks(
  stream: ReadableStream<Uint8Array>,
  isGzip: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let byteOffset = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      byteOffset += value.length;
      yield value;
    }
  } catch (error) {
    // A file that has changed or gone since it was dropped.
    if (error instanceof DOMException)
      throw new Error(`The file cannot be read any more (${error.name}). Drop it again.`, { cause: error });
    if (isGzip)
      throw new SnapshotFormatError(
        "The gzip data is damaged, or breaks off",
        "file",
        byteOffset,
        "Copy the file again, or capture it again.",
      );
    throw error;
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** At least `size` bytes from the front, if there are so many. */
async function nextChunk(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  size: number,
): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < size) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    if (head.length === 0 && value.length >= size) return value;
    const joined = new Uint8Array(head.length + value.length);
    joined.set(head);
    joined.set(value, head.length);
    head = joined;
  }
  return head;
}

async function* prepend(head: Uint8Array, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* chunks;
}

async function readRecord(
  record: File | undefined,
  bytes: number,
): Promise<Pick<OpenOptions, "captureRecord" | "captureRecordProblem">> {
  if (record === undefined) return {};
  if (record.size > LARGEST_RECORD)
    return { captureRecordProblem: "The capture record is larger than 16 MiB, which none should be." };
  const text = await record.text();
  const parsed = parseCaptureRecord(text);
  if (parsed === undefined)
    return text.includes('"heapscope/capture-record@')
      ? { captureRecordProblem: "The capture record is damaged, or of another version." }
      : {};
  if (parsed.file.bytes !== bytes)
    return {
      captureRecordProblem: `The capture record is of another file: it tells of ${parsed.file.bytes} bytes, the file has ${bytes}.`,
    };
  return { captureRecord: parsed };
}
