// One question to what may be an inspector, given up after a second: it answers from a thread of its own, at once.
// Called by findInspector.

import { httpGet } from "../http-get.ts";
import type { Connect } from "../inspector/inspector-target.ts";

const LONGEST_WAIT_MS = 1000;
/** Starting the way into another network takes some 50 ms, more on a busy machine. */
const LONGEST_WAIT_ELSEWHERE_MS = 3000;

/** An answer other than 200. */
export class HttpStatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

/**
 * Asks `address` (an IP with a port: an inspector refuses names) for `path`, and returns the text of the answer.
 * Throws `HttpStatusError`, or what the system says.
 */
export async function askInspector(
  address: string,
  path: string,
  { signal, connect }: { signal?: AbortSignal | undefined; connect?: Connect | undefined } = {},
): Promise<string> {
  const timeout = AbortSignal.timeout(connect === undefined ? LONGEST_WAIT_MS : LONGEST_WAIT_ELSEWHERE_MS);
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const { status, body } = await httpGet(new URL(`http://${address}${path}`), { signal: stop, connect });
  if (status !== 200) throw new HttpStatusError(status);
  return body;
}
