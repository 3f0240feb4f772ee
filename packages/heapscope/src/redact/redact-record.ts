// The capture record of a redacted file: that of the original, with the new file's facts. It holds the command line and the urls
// of scripts, so the patterns for secrets go over all of its texts.

import type { CaptureRecord } from "@heapscope/engine";
import { replaceSecrets, type SecretPattern, type StandIns } from "@heapscope/agent/redact";

/** The record for the file that was written. */
export function redactRecord(
  record: CaptureRecord,
  file: { readonly name: string; readonly bytes: number; readonly sha256: string },
  mode: string,
  patterns: readonly SecretPattern[],
  standIns: StandIns,
): CaptureRecord {
  const redact = (value: unknown): unknown => {
    if (typeof value === "string")
      return replaceSecrets(value, true, patterns, (secret) => standIns.of(secret));
    if (Array.isArray(value)) return value.map(redact);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item)]));
  };
  const redacted = redact(record) as CaptureRecord & { warnings?: readonly string[] };
  return {
    ...redacted,
    ids: { ...redacted.ids, space: record.ids.space },
    file: { ...record.file, ...file },
    warnings: [
      ...(redacted.warnings ?? []),
      `Texts were redacted afterwards: heapscope redact --mode ${mode}.`,
    ],
  } as CaptureRecord;
}
