// Has the thread send what is pending and keep the folder within its bounds: after captures, when a failed upload is due
// again, and once some time after the start, for what an earlier life has left.

import fs from "node:fs";
import type { Settings } from "./config/settings.ts";
import { fault, type Tell } from "./events.ts";
import { secure } from "./private-folder.ts";
import type { ThreadLink } from "./thread-link.ts";

const AFTER_START_MS = 5000;
const SOONEST_MS = 1000;
const LATEST_MS = 900_000;

export interface Delivery {
  /** Files that wait to be sent, as far as is known. */
  readonly pending: () => number;
  readonly deliver: () => void;
  readonly stop: () => void;
}

export function startDelivery(settings: Settings, thread: ThreadLink, tell: Tell): Delivery {
  const { directory, exporters } = settings;
  const { age: ageMs, ...bounds } = settings.retention;
  let pending = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const after = (ms: number, action: () => void): void => {
    if (!isStopped) timer = setTimeout(action, ms).unref();
  };
  const deliver = (): void => {
    if (isStopped) return;
    clearTimeout(timer);
    try {
      secure(directory);
    } catch (error) {
      return tell(fault(error));
    }
    thread.deliver({ exporters, retention: { ...bounds, ageMs } }).then(
      ({ pendingExports, retryAt }) => {
        pending = pendingExports;
        if (retryAt !== undefined)
          after(Math.min(Math.max(SOONEST_MS, retryAt - Date.now()), LATEST_MS), deliver);
      },
      (error: unknown) => {
        if (!isStopped) tell(fault(error));
      },
    );
  };
  after(AFTER_START_MS, () => {
    // Without a folder there is nothing to do, and no thread is needed to see that.
    if (fs.existsSync(directory)) deliver();
  });
  return {
    pending: () => pending,
    deliver,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
