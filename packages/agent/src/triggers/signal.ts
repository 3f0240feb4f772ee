// Captures on a signal. SIGUSR2 is popular: where the service, or Node itself (--heapsnapshot-signal, --report-signal), has
// a use for it, now or later, it is theirs, and the agent says that it steps aside; when they let go, it comes back. A signal
// that was named in the options is meant, and shared.

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
  let isOurs = false;
  let reason = "";

  const onSignal = (): void => {
    if (isOurs) desk.capture({}, "signal");
  };
  const othersListen = (): boolean =>
    process.listeners(name).some((listener) => listener !== onSignal && listener !== early);
  const take = (): void => {
    isOurs = true;
    if (!process.listeners(name).includes(onSignal)) process.on(name, onSignal);
  };
  const leave = (why: string): void => {
    isOurs = false;
    reason = `${name} is ${why}`;
    desk.tell(
      warning(
        `${reason}; the agent does not listen to it. Name a signal to have it nevertheless: HEAPSCOPE_SIGNAL=${name}`,
      ),
    );
  };
  /** Not at once: Node stops to listen when nobody is left, and who comes is not there yet; the signal would kill. */
  const settle = (): void => {
    if (isOurs && othersListen()) leave("handled by the service");
    else if (!isOurs && !othersListen()) take();
    if (!isOurs) process.off(name, onSignal);
  };
  const onChange = (event: string | symbol, listener: unknown): void => {
    if (event !== name || listener === onSignal || listener === early) return;
    if (isOurs) process.nextTick(settle);
    else settle();
  };

  if (isNodes) leave("used by Node itself (--heapsnapshot-signal or --report-signal)");
  else if (signal === undefined && othersListen()) leave("handled by the service");
  else take();
  if (signal === undefined && !isNodes) {
    process.on("newListener", onChange);
    process.on("removeListener", onChange);
  }

  if (wasSignalled) onSignal();

  return {
    describe: () => ({ active: isOurs, detail: isOurs ? name : reason }),
    stop() {
      isOurs = false;
      process.off("newListener", onChange);
      process.off("removeListener", onChange);
      process.off(name, onSignal);
    },
  };
}
