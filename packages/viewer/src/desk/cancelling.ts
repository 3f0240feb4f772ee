/** The part of an `AbortController` that is needed; the desk is compiled without the DOM. */
import type { AbortSignalLike } from "../protocol/index.ts";

export interface Cancelling extends AbortSignalLike {
  cancel(): void;
}

export function createCancelling(): Cancelling {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    get aborted() {
      return aborted;
    },
    cancel() {
      if (aborted) return;
      aborted = true;
      for (const listener of listeners) listener();
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
  };
}
