/**
 * What the two readers say of the same bytes. The rule: equal tables, or a `SnapshotFormatError` that says where; the
 * engine may refuse what JSON takes, and never the other way round, never with another error.
 */
import { openSnapshot, SnapshotFormatError, type HeapSnapshot } from "@heapscope/engine";
import { isDeepStrictEqual } from "node:util";
import { parseWithJson, tablesOf, type SnapshotTables } from "./parse-with-json.ts";

export type Verdict = "equal" | "refused";

/** Compares, and throws an `Error` when the rule is broken. @param chunks the same bytes, cut; whole if not given */
export async function compareReaders(
  bytes: Uint8Array,
  chunks: Uint8Array | Iterable<Uint8Array> = bytes,
): Promise<Verdict> {
  let snapshot: HeapSnapshot;
  try {
    snapshot = await openSnapshot(chunks);
  } catch (error) {
    if (!(error instanceof SnapshotFormatError)) throw error;
    const { section, byteOffset, message } = error;
    if (section === "" || !Number.isSafeInteger(byteOffset) || byteOffset < 0 || byteOffset > bytes.length)
      throw new Error(`the error has no place in the file: ${section}, ${byteOffset}`, { cause: error });
    // eslint-disable-next-line no-control-regex
    if (!/\.$/.test(message) || /[\u0000-\u001f\u007f-\u009f]/.test(message))
      throw new Error(`the message is no clean sentence: ${JSON.stringify(message)}`, { cause: error });
    return "refused";
  }
  const difference = firstDifference(tablesOf(snapshot), parseWithJson(decode(bytes)));
  if (difference !== undefined) throw new Error(`the readers differ in ${difference}`);
  return "equal";
}

/** Where two tables differ, in words; `undefined` when they are equal. Faster on large tables than an assertion. */
export function firstDifference(engine: SnapshotTables, reference: SnapshotTables): string | undefined {
  for (const key of Object.keys(reference) as (keyof SnapshotTables)[]) {
    const [ours, theirs] = [engine[key], reference[key]];
    if (isDeepStrictEqual(ours, theirs)) continue;
    if (!Array.isArray(ours) || !Array.isArray(theirs)) return `${key}: ${String(ours)}, not ${String(theirs)}`;
    const at = theirs.findIndex((value, index) => !isDeepStrictEqual(value, ours[index]));
    return `${key}[${at}] of ${theirs.length}: ${JSON.stringify(ours[at])}, not ${JSON.stringify(theirs[at])}`;
  }
  return undefined;
}

/** As the engine decodes: a byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
