// The one error class of this package: what failed, at which target, and what to do about it. A caller acts on `code`;
// a person reads `message`, one or two sentences with the fact and the remedy. Text that came from the target is made
// harmless before it gets into a message, since messages end on terminals.

/**
 * Why a capture failed.
 *
 * - `bad-address`: what was given names no inspector (caller's mistake).
 * - `unreachable`: nothing answers there.
 * - `not-an-inspector`: something else answers there.
 * - `ambiguous`: several targets answer there and none was chosen.
 * - `target-lost`: the connection ended in the middle of something; the target probably exited.
 * - `timeout`: the target said nothing for too long.
 * - `aborted`: the caller's signal asked for the end.
 * - `refused`: the target answered a command with an error.
 * - `incomplete`: the target sent something that is no whole snapshot.
 * - `file-exists`: the destination is there already.
 * - `write-failed`: the destination cannot be written.
 * - `no-such-process`: there is no process of that number, or it is a thread's.
 * - `not-permitted`: this user may not look at the process, or not touch it.
 * - `unsupported`: this system, or the target, does not offer what is needed.
 * - `no-route`: there is a process, but no way of capturing it; the message says why each one is closed.
 * - `in-use`: a debugger is attached to the inspector, which a capture would disturb.
 * - `blocked`: the main thread of the process does not get round to what it was asked.
 * - `would-not-fit`: the capture would take more memory or disk than there is.
 * - `too-slow`: the process would stand still for minutes.
 * - `declined`: the caller has looked at the cost and said no.
 * - `busy`: this session is taking a snapshot already.
 */
export type CaptureErrorCode =
  | "bad-address"
  | "unreachable"
  | "not-an-inspector"
  | "ambiguous"
  | "target-lost"
  | "timeout"
  | "aborted"
  | "refused"
  | "incomplete"
  | "file-exists"
  | "write-failed"
  | "no-such-process"
  | "not-permitted"
  | "unsupported"
  | "no-route"
  | "in-use"
  | "blocked"
  | "would-not-fit"
  | "too-slow"
  | "declined"
  | "busy";

/** A capture, or a step towards one, failed. `message` holds the fact and the remedy. */
export class CaptureError extends Error {
  override readonly name: string = "CaptureError";
  /** The target or destination as the caller named it. */
  readonly target: string;
  readonly code: CaptureErrorCode;

  constructor(target: string, code: CaptureErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.target = target;
    this.code = code;
  }
}

/**
 * `text` from a foreign process, cut to `maxLength` characters. What a terminal would obey, hide or turn around (the
 * Unicode classes Other, Line separator and Paragraph separator) is written as `\u{…}`.
 */
export function harmless(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** What a system call said, without the path and the prefix that the surrounding sentence has already. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ECONNREFUSED":
      return "the connection was refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name is unknown";
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "the host does not answer";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "EFBIG":
      return "the file may not be that long (ulimit -f)";
    case "EACCES":
    case "EPERM":
      return "permission was denied";
    case "EROFS":
      return "the file system is read-only";
    case "ENOENT":
      return "the folder does not exist";
    case "ENOTDIR":
      return "a part of the path is not a folder";
    default:
      return code ?? harmless(message ?? String(error));
  }
}
