/**
 * What the two readers say of the same bytes. The rule: equal tables, or a `SnapshotFormatError` that says where, never
 * another error. The engine may refuse what JSON takes; the other way round only where a section that it does not know,
 * and therefore skips, is no JSON.
 */
import { openSnapshot, SnapshotFormatError, type HeapSnapshot } from "@heapscope/engine";
import { isDeepStrictEqual } from "node:util";
import { parseWithJson, tablesOf, type SnapshotTables } from "./parse-with-json.ts";

export type Verdict =
  | { kind: "equal" | "skipped damage"; snapshot: HeapSnapshot }
  | { kind: "refused"; error: SnapshotFormatError };

/** Keys that the reader reads the values of, and those of the header. */
const knownKeys = new Set(
  (
    "snapshot nodes edges trace_function_infos trace_tree samples locations strings " +
    "meta node_fields node_types edge_fields edge_types trace_function_info_fields trace_node_fields sample_fields " +
    "location_fields scope_fields scope_context_var_fields scope_use_fields " +
    "node_count edge_count trace_function_count root_index extra_native_bytes"
  ).split(" "),
);

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
    if (!message.endsWith(".") || /[\u0000-\u001f\u007f-\u009f]/.test(message))
      throw new Error(`the message is no clean sentence: ${JSON.stringify(message)}`, { cause: error });
    return { kind: "refused", error };
  }
  const text = decode(bytes);
  let expected: SnapshotTables;
  try {
    expected = parseWithJson(text);
  } catch (error) {
    if (error instanceof SyntaxError && hasUnknownKey(text)) return { kind: "skipped damage", snapshot };
    throw new Error("the engine reads what JSON.parse refuses", { cause: error });
  }
  const difference = firstDifference(tablesOf(snapshot), expected);
  if (difference !== undefined) throw new Error(`the readers differ in ${difference}`);
  return { kind: "equal", snapshot };
}

/** Where two tables differ, in words; `undefined` when they are equal. Faster on large tables than an assertion. */
export function firstDifference(engine: SnapshotTables, reference: SnapshotTables): string | undefined {
  for (const key of Object.keys(reference) as (keyof SnapshotTables)[]) {
    const [ours, theirs] = [engine[key], reference[key]];
    if (isDeepStrictEqual(ours, theirs)) continue;
    if (!Array.isArray(ours) || !Array.isArray(theirs))
      return `${key}: ${String(ours)}, not ${String(theirs)}`;
    const at = theirs.findIndex((value, index) => !isDeepStrictEqual(value, ours[index]));
    return `${key}[${at}] of ${theirs.length}: ${JSON.stringify(ours[at])}, not ${JSON.stringify(theirs[at])}`;
  }
  return undefined;
}

/** Whether something in the text looks like the key of a section that the engine skips. */
function hasUnknownKey(text: string): boolean {
  return [...text.matchAll(/"([^"]*)"\s*:/g)].some(([, key]) => !knownKeys.has(key!));
}

/** As the engine decodes: a byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
