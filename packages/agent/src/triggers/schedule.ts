// Captures at set times after the start: two snapshots ten minutes apart, of a service that has warmed up, are what naming a
// leak takes.

import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import type { ScheduleSettings } from "../config/settings.ts";

export function followSchedule(
  { after, every, count, ...request }: ScheduleSettings,
  desk: CaptureDesk,
): Trigger {
  let done = 0;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number): void => {
    // Longer ones would fire at once.
    timer = setTimeout(capture, Math.min(ms, 2 ** 31 - 1)).unref();
  };
  const capture = (): void => {
    done += 1;
    if (done < count) wait(every);
    desk.capture(request, "schedule");
  };
  wait(after);
  return {
    describe: () => ({ active: done < count, detail: `${done} of ${count} captures asked for` }),
    stop: () => clearTimeout(timer),
  };
}
