// How a command tells what it is doing. The line that people see is spinner-line.ts, which is loaded only for them.

import type { Progress } from "@heapscope/engine";

/** A progress line that can be told what happens, and taken away. */
export interface ProgressLine {
  /** What the reports are about, such as a file name. */
  subject(text: string): void;
  report(progress: Progress): void;
  /** Shows a text that the caller has made; an empty one takes the line away. */
  status(text: string): void;
  /** Takes the line away while `write` writes something that stays. */
  above(write: () => void): void;
  /** Clears the line and gives the cursor back. May be called at any time, also twice. */
  stop(): void;
}

/** For a standard error that nobody watches. */
export const silentProgress: ProgressLine = {
  subject: () => {},
  report: () => {},
  status: () => {},
  above: (write) => write(),
  stop: () => {},
};
