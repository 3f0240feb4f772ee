// What the streams of this process can show: how wide a line may be, and whether colours are wanted.
// Called once at the start, by cli.ts.

/** The parts of a stream that matter here; `process.stdout` fits. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const USUAL_WIDTH = 80;

/** Columns of a line, or `undefined` where lines may be of any length: in a file or a pipe nothing is cut. */
export function lineWidth(stream: OutputStream): number | undefined {
  if (stream.isTTY !== true) return undefined;
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : USUAL_WIDTH;
}

/** `FORCE_COLOR` says yes (`0` and `false` say no), then `NO_COLOR` says no, then a terminal that is not `dumb` says yes. */
export function wantsColour(stream: OutputStream, environment: Environment): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (environment["NO_COLOR"] !== undefined && environment["NO_COLOR"] !== "") return false;
  return stream.isTTY === true && environment["TERM"] !== "dumb";
}

/** Progress may be drawn: somebody is watching standard error. */
export function wantsProgress(stream: OutputStream, environment: Environment): boolean {
  return stream.isTTY === true && environment["TERM"] !== "dumb" && environment["CI"] === undefined;
}
