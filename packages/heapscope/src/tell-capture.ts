// What a capture says while it is under way: its cost beforehand, progress, and what the user must know.

import type { CaptureEvent } from "@heapscope/capture";
import { formatDuration, formatPercent, formatSize } from "@heapscope/wording";
import type { CommandContext } from "./command.ts";

/** Says on standard error what happens. */
export function tellCapture(context: CommandContext, event: CaptureEvent): void {
  switch (event.kind) {
    case "step":
      context.status(event.text);
      return;
    case "preflight":
      for (const { label, text, rule } of event.report.estimates) {
        context.say(`${label.padEnd(7)} ${text}`);
        context.say(`        ${rule}`);
      }
      return;
    case "progress":
      context.status(formatProgress(event));
      return;
    case "waiting":
      context.status(`snapshot ${event.round} of ${event.rounds} in ${Math.ceil(event.untilMs / 1000)} s`);
      return;
    case "captured":
      return;
    case "warning":
      context.say(`Note: ${event.text}`);
      return;
    default:
      event satisfies never;
  }
}

const STAGES = {
  waiting: "waiting for its JavaScript to come to rest",
  building: "building the snapshot",
  receiving: "receiving",
} as const;

function formatProgress(event: CaptureEvent & { kind: "progress" }): string {
  const { thread, number, total, progress, elapsedMs } = event;
  const { stage, done, total: all, byteLength } = progress;
  const which = total > 1 ? `${thread}, ${number} of ${total}` : thread;
  const part =
    stage === "building" && all > 0
      ? `  ${formatPercent(Math.min(done, all), all)}`
      : stage === "receiving"
        ? `  ${formatSize(byteLength)}`
        : "";
  return `${which}: ${STAGES[stage]}${part}  ${formatDuration(elapsedMs)}`;
}
