// Captures on a signal. SIGUSR2 is popular: where the service, or Node itself (--heapsnapshot-signal, --report-signal), has
// a use for it, now or later, it is theirs, and the agent says that it steps aside, for good: a handler that removes itself and
// sends the signal once more means to end the process. A signal that was named in the options is meant, and shared.

import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import { warning } from "../events.ts";

const USUAL = "SIGUSR2";

/** `early` listened until now; `wasSignalled`: the signal came then. */
export function listenToSignal(
  signal: NodeJS.Signals | undefined,
  desk: CaptureDesk,
  early?: () => void,
  wasSignalled = false,
): Trigger {
  const name = signal ?? USUAL;
  const flag = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)].join(" ");
  const isNodes = new RegExp(`--(heapsnapshot|report)[-_]signal[= ]${name}\\b`).test(flag);
  let reason: string | undefined;

  const onSignal = (): void => {
    if (reason === undefined) desk.capture({}, "signal");
  };
  const othersListen = (): boolean =>
    process.listeners(name).some((listener) => listener !== onSignal && listener !== early);
  const leave = (why: string): void => {
    reason = `${name} is ${why}`;
    process.off("newListener", onNew).off(name, onSignal);
    desk.tell(warning(`${reason}, and left to it; HEAPSCOPE_SIGNAL=${name} would share it`));
  };
  const onNew = (event: string | symbol): void => {
    // Not at once: Node stops to listen when nobody is left, and who comes is not there yet; the signal would kill.
    if (event === name)
      process.nextTick(() => reason === undefined && othersListen() && leave("handled by the service"));
  };

  if (isNodes) leave("used by Node itself");
  else if (signal === undefined && othersListen()) leave("handled by the service");
  else {
    process.on(name, onSignal);
    if (signal === undefined) process.on("newListener", onNew);
  }
  if (wasSignalled) onSignal();

  return {
    describe: () => ({ active: reason === undefined, detail: reason ?? name }),
    stop() {
      reason = "stopped";
      process.off("newListener", onNew).off(name, onSignal);
    },
  };
}
