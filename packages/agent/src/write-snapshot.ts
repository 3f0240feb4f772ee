// A heap snapshot at once, by the calling thread alone: for the drop-in of the package `heapdump`, whose function returns when
// the file is there. Like all files of the agent it is checked, redacted as the agent's options say, and whole or not there.
//
// Cost: the service stands still for all of it, some 10 ms for a megabyte of snapshot on top of V8's own pause.

import { randomBytes } from "node:crypto";
import path from "node:path";
import v8 from "node:v8";
import { Refusal } from "./agent-error.ts";
import type { Settings } from "./config/settings.ts";
import { examine } from "./preflight/preflight.ts";
import { drain } from "./recorders/heap-snapshot.ts";
import { evaluateThread } from "./thread-text.ts";

/** Writes `file`, an existing one anew, and returns its absolute path. Throws a `Refusal`. */
export function writeSnapshot(
  file: string,
  { redact, redactPatterns: patterns, numericValues }: Settings,
): string {
  const directory = path.dirname(path.resolve(file));
  const { fits, reason } = examine(directory, numericValues);
  if (!fits) throw new Refusal("would-not-fit", reason);
  const { FileWriter } = evaluateThread();
  const name = path.basename(file);
  try {
    const writer = new FileWriter({
      directory,
      name,
      recorder: "heap-snapshot",
      gzip: false,
      // In this realm a function will do as well.
      ...(redact && { redact: { mode: redact as "strings", patterns, key: randomBytes(16) } }),
    });
    let failure: unknown;
    try {
      void drain(v8.getHeapSnapshot({ exposeNumericValues: numericValues } as never), (piece) => {
        try {
          if (failure === undefined) writer.write(piece);
        } catch (error) {
          failure = error;
        }
      });
      if (failure !== undefined) throw failure;
      return writer.close().path;
    } catch (error) {
      writer.abort();
      throw error;
    }
  } catch (error) {
    throw new Refusal("failed", `${name} could not be written to ${directory}: ${(error as Error).message}`);
  }
}
