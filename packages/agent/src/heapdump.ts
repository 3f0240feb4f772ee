// The API of the package `heapdump`, as its documentation describes it: `writeSnapshot([filename], [callback])`, synchronous, and
// a snapshot into the working directory on SIGUSR2, unless NODE_HEAPDUMP_OPTIONS says `nosignal`. What differs: nothing native
// is built, the file is whole or not there and 0600, the agent's redaction holds, and a snapshot that would not fit into
// memory is an error instead of the end of the process.

import { hrtime } from "node:process";
import type * as api from "./heapdump-api.ts";
import { writeSnapshot as write } from "./index.ts";

type Callback = api.HeapdumpCallback;

export function writeSnapshot(first?: string | Callback, second?: Callback): string | false {
  const callback = typeof first === "function" ? first : second;
  const filename = typeof first === "string" && first !== "" ? first : usualName();
  try {
    write(filename);
  } catch (error) {
    callback?.(new Error(`heapdump write error: ${(error as Error).message}`));
    return false;
  }
  callback?.(null, filename);
  return filename;
}

function usualName(): string {
  const [seconds, nanoseconds] = hrtime();
  return `heapdump-${seconds}.${Math.floor(nanoseconds / 1000)}.heapsnapshot`;
}

const words = (process.env["NODE_HEAPDUMP_OPTIONS"] ?? "").split(/\s*,\s*/);
if (process.platform !== "win32" && !words.includes("nosignal"))
  process.on("SIGUSR2", () => void writeSnapshot());
