/** Opens a profile from any source of bytes. */
import { CancelledError, ProfileFormatError } from "../errors.ts";
import type { ByteSource, OpenOptions } from "../open-snapshot.ts";
import { parseProfile } from "./parse-profile.ts";
import type { Profile } from "./profile.ts";

/** V8's longest string has 536,870,888 characters; a profile must be one. */
const LONGEST_PROFILE = 536_870_888;

/** The part of a platform that decodes text: Node, browsers, Deno and Bun all have it. */
interface Platform {
  readonly TextDecoder: new () => {
    decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
  };
}

/**
 * Reads a `.heapprofile` or `.cpuprofile` (not compressed). Throws `ProfileFormatError` when the bytes are no whole profile,
 * `CancelledError` when the signal says so, and whatever the source throws.
 *
 * **Cost**: the text and its JSON in memory at once, about ten times the size of the file for a moment: profiles are small
 * (a few megabytes). From 512 MB on they are refused.
 */
export async function openProfile(source: ByteSource, options: OpenOptions = {}): Promise<Profile> {
  const { signal, onProgress } = options;
  const byteLength = source instanceof Uint8Array ? source.length : options.byteLength;
  const decoder = new (globalThis as unknown as Platform).TextDecoder();
  let text = "";
  let done = 0;
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    if (signal?.aborted === true) throw new CancelledError();
    if (done === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b)
      throw new ProfileFormatError(
        "The bytes are compressed (gzip)",
        "Decompress them before they are read as a profile.",
      );
    done += chunk.length;
    if (done > LONGEST_PROFILE)
      throw new ProfileFormatError(
        "The profile is larger than 512 MB, more than can be parsed at once",
        "Record a shorter one, or with a longer sampling interval.",
      );
    text += decoder.decode(chunk, { stream: true });
    onProgress?.({ stage: "reading", done, total: byteLength });
  }
  if (signal?.aborted === true) throw new CancelledError();
  return parseProfile(text + decoder.decode());
}

/**
 * Whether bytes from the beginning of a file are those of a profile, not of a snapshot: by its first key. Some hundred bytes
 * are enough. Where it cannot be told (`"nodes"` alone may begin either), the answer is that of the profile: every snapshot
 * that V8 writes begins with `"snapshot"`. Names of files do not tell: what Bun's `--heap-prof` calls `.heapprofile` is a
 * snapshot.
 */
export function isProfileStart(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 200));
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{\s*"(?:head|nodes|startTime|endTime|samples|timeDeltas|title|typeId|uid)"/u.test(
    text,
  );
}
