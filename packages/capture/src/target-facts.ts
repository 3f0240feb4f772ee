// What the target says about itself: which runtime, which process, how much heap. One `Runtime.evaluate`, by value,
// which V8 answers even while the program's own code is busy. `require` exists in it only because the command line API
// is asked for, and is missing in browsers and Deno: there the heap's sizes come from `Runtime.getHeapUsage`.

import { CaptureError, harmless } from "./capture-error.ts";
import type { InspectorSession, SendOptions } from "./inspector-session.ts";

/** A process behind an inspector. Sizes are bytes. */
export interface TargetFacts {
  /** As the runtime writes it, `v20.20.2`; `undefined` if it is not Node. */
  readonly nodeVersion: string | undefined;
  /** In the target's own process namespace; `undefined` in a browser. */
  readonly pid: number | undefined;
  /** Objects in the heap. */
  readonly heapUsed: number;
  /** Reserved for the heap. */
  readonly heapTotal: number;
  /** Where V8 gives up; `undefined` if it does not say. */
  readonly heapLimit: number | undefined;
  /** Physical memory of the whole process; `undefined` in a browser. */
  readonly residentSize: number | undefined;
  /** Seconds since the process started; `undefined` in a browser. */
  readonly uptime: number | undefined;
}

/** Asks the target. Throws `CaptureError`. */
export async function readTargetFacts(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<TargetFacts> {
  const expression = `(() => {
    if (typeof process !== "object" || process === null) return {};
    const limit = typeof require === "function" ? require("v8").getHeapStatistics().heap_size_limit : undefined;
    return {
      nodeVersion: process.versions?.deno || process.versions?.bun ? undefined : process.version,
      pid: process.pid,
      heapLimit: limit,
      residentSize: process.memoryUsage().rss,
      uptime: process.uptime(),
    };
  })()`;
  const said = (await evaluate(session, expression, options)) as Partial<TargetFacts>;
  const { usedSize, totalSize } = await session.send("Runtime.getHeapUsage", undefined, options);
  const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
  return {
    nodeVersion: typeof said.nodeVersion === "string" ? said.nodeVersion : undefined,
    pid: number(said.pid),
    heapUsed: usedSize,
    heapTotal: totalSize,
    heapLimit: number(said.heapLimit),
    residentSize: number(said.residentSize),
    uptime: number(said.uptime),
  };
}

/** Node's version in the target; `undefined` if it is another runtime. Throws `CaptureError`. */
export async function readNodeVersion(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<{ major: number; minor: number } | undefined> {
  const expression = `typeof process === "object" && process?.release?.name === "node" && !process.versions.deno && !process.versions.bun ? process.version : ""`;
  const version = /^v(\d+)\.(\d+)/.exec(String(await evaluate(session, expression, options)));
  return version === null ? undefined : { major: Number(version[1]), minor: Number(version[2]) };
}

/**
 * Runs `expression` in the target and returns its value, which must survive JSON. `require` works in Node targets, but
 * only until the expression returns. Throws `CaptureError`, with code `refused` if the expression threw.
 */
export async function evaluate(
  session: InspectorSession,
  expression: string,
  options: SendOptions = {},
): Promise<unknown> {
  const { result, exceptionDetails } = await session.send(
    "Runtime.evaluate",
    { expression, returnByValue: true, includeCommandLineAPI: true, awaitPromise: false, silent: true },
    options,
  );
  if (exceptionDetails !== undefined) {
    const said = exceptionDetails.exception?.description ?? exceptionDetails.text;
    throw new CaptureError(
      session.target.label,
      "refused",
      `An expression failed in ${harmless(session.target.label)}: ${harmless(said.split("\n", 1)[0] ?? "")}.`,
    );
  }
  return result.value;
}
