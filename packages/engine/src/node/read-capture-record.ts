/**
 * Reads the record that a capture leaves beside a snapshot: `app.heapsnapshot.json` beside `app.heapsnapshot`. The record
 * is a help, never a condition: whatever is wrong with it, the snapshot opens.
 *
 * Any JSON may have such a name, for example what a command printed about the snapshot. So a file that does not claim to
 * be a capture record is passed over in silence; one that does and cannot be used is a problem to tell about.
 *
 * Cost: one failed `open` where there is no such file. Called by `openFile`.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { parseCaptureRecord, type FoundRecord } from "@heapscope/engine";

/** In bytes. A script takes some 150 bytes of a record; hostile JSON of this length, some 450 MB of memory to parse. */
const LARGEST_SIZE = 1 << 24;

/** What to tell `openSnapshot` about the capture of the file at `path`, which is `bytes` long on disk. Never fails. */
export async function readCaptureRecord(path: string, bytes: number): Promise<FoundRecord> {
  let text: string;
  try {
    // Without O_NONBLOCK, a named pipe of this name would keep us waiting for somebody to write to it.
    const file = await open(`${path}.json`, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return {};
      if (stats.size > LARGEST_SIZE)
        return { captureRecordProblem: "The capture record is larger than 16 MiB, which none should be." };
      text = await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The last: the name of a snapshot may be so long that nothing fits behind it.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return {};
    return { captureRecordProblem: `The capture record cannot be read (${code ?? message}).` };
  }
  const record = parseCaptureRecord(text);
  if (record === undefined)
    return text.includes('"heapscope/capture-record@')
      ? { captureRecordProblem: "The capture record is damaged, or of another version." }
      : {};
  if (record.file.bytes !== bytes)
    return {
      captureRecordProblem: `The capture record is of another file: it tells of ${record.file.bytes} bytes, the file has ${bytes}.`,
    };
  return { captureRecord: record };
}
