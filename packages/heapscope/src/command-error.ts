// What a command reports when it cannot be done: one sentence with the cause and the remedy, a code for programs, and
// exit code 2. Everything thrown anywhere below a command ends in `describeError`, which is called once, by cli.ts.
//
// The engine's errors are recognised by their `name`, not with `instanceof`: the engine is loaded late, and an error must
// be told apart even when that chunk was never loaded.

/** A failure with the words for the user already in it. `code` is stable; `detail` holds facts for programs. */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
  readonly code: string;
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(code: string, message: string, detail?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** The command line itself was wrong: an unknown option, a value that is no number, a missing argument. */
export class UsageError extends CommandError {
  override readonly name: string = "UsageError";

  constructor(message: string) {
    super("usage", message);
  }
}

/** The error as the user gets it: `message` for people, all of it with `--json`. */
export interface ErrorDescription {
  readonly code: string;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Turns anything thrown into words. An error that nobody foresaw keeps its stack: it is a fault in this program. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof CommandError) return withDetail(error.code, error.message, error.detail);
  if (!(error instanceof Error)) return withDetail("internal", `internal error: ${String(error)}`);
  switch (error.name) {
    case "SnapshotFileError":
      return withDetail("file", error.message, {
        path: property(error, "path"),
        cause: property(error, "code"),
      });
    case "CaptureError":
      return withDetail(property(error, "code") ?? "capture", lowerFirst(error.message), {
        target: property(error, "target"),
      });
    case "CancelledError":
    case "AbortError":
      return withDetail("cancelled", "cancelled.");
    default:
      break;
  }
  if (isOutOfMemory(error)) {
    return withDetail(
      "out-of-memory",
      `the snapshot needs more memory or larger tables than this Node.js allows (${error.message}); ` +
        "close other programs, or try a machine with more memory.",
    );
  }
  return withDetail("internal", `internal error: ${error.message}`, { stack: error.stack ?? "" });
}

/** As the rest of a sentence that begins with the program's name. */
function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

/** V8's words for memory that it does not get, and for collections larger than it can make. */
function isOutOfMemory(error: Error): boolean {
  return (
    error instanceof RangeError &&
    /allocation failed|maximum size exceeded|invalid (?:string|(?:typed )?array(?: buffer)?) length/i.test(
      error.message,
    )
  );
}

function withDetail(
  code: string,
  message: string,
  detail?: Readonly<Record<string, unknown>>,
): ErrorDescription {
  return detail === undefined ? { code, message } : { code, message, detail };
}

function property(error: Error, key: string): string | undefined {
  const value = (error as unknown as Record<string, unknown>)[key];
  return typeof value === "string" ? value : undefined;
}
