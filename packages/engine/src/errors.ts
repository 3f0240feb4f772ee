/**
 * The errors that the engine throws, one class for each kind that a caller can act on.
 * Every message is one sentence (or two) with the fact and the remedy, fit to be shown to a user as it is.
 */

/** The bytes are not a heap snapshot, or not a whole one. */
export class SnapshotFormatError extends Error {
  override readonly name = "SnapshotFormatError";
  /** Top-level section of the file in which the fault lies: `nodes`, `edges`, `strings`, … or `file`. */
  readonly section: string;
  /** Offset of the fault in the uncompressed bytes. */
  readonly byteOffset: number;

  constructor(fact: string, section: string, byteOffset: number, remedy?: string) {
    const place = section === "file" ? `byte ${byteOffset}` : `section "${section}", byte ${byteOffset}`;
    super(`${fact} (${place}).${remedy === undefined ? "" : ` ${remedy}`}`);
    this.section = section;
    this.byteOffset = byteOffset;
  }
}

/** The bytes are not a `.heapprofile` or `.cpuprofile`, or not a whole one. */
export class ProfileFormatError extends Error {
  override readonly name = "ProfileFormatError";

  constructor(fact: string, remedy: string) {
    super(`${fact}. ${remedy}`);
  }
}

/** The work was stopped through the caller's `signal`. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor() {
    super("The work was cancelled.");
  }
}
