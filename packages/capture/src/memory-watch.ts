// Follows the resident memory of a process from outside, to say afterwards what a capture has really taken.
// Cost: a small file of /proc ten times a second.

import { readStatus } from "./process/status.ts";

const INTERVAL_MS = 100;

/** A watch on one process. End it with `stop`. */
export class MemoryWatch {
  readonly #pid: number | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #before: number | undefined;
  #peak = 0;

  /** Begins to watch; a process that is unknown is not watched. */
  constructor(pid: number | undefined) {
    this.#pid = pid;
    this.#before = this.#read();
    if (this.#before === undefined) return;
    this.#timer = setInterval(() => this.#read(), INTERVAL_MS);
    this.#timer.unref();
  }

  /** Bytes of memory that the process took on top of what it had; `undefined` if it was not to be seen. */
  stop(): number | undefined {
    clearInterval(this.#timer);
    if (this.#before === undefined) return undefined;
    this.#read();
    return Math.max(0, this.#peak - this.#before);
  }

  #read(): number | undefined {
    if (this.#pid === undefined) return undefined;
    try {
      const { residentSize } = readStatus(this.#pid);
      this.#peak = Math.max(this.#peak, residentSize);
      return residentSize;
    } catch {
      return undefined; // gone, or another system
    }
  }
}
