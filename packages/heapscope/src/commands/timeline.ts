// `heapscope timeline`: which of the objects that a running process makes stay, by time, by constructor and, with stacks,
// by function; DevTools' “Allocations on timeline”. Says beforehand what that does to the process, which is a lot. Ctrl-C
// ends the recording early and keeps it; a second one gives it up.

import { dirname, resolve } from "node:path";
import type { TimelineProgress, TimelineReceipt, TimelineReport } from "@heapscope/capture";
import { formatDuration, formatPercent, formatQuantity, formatSize } from "@heapscope/wording";
import { withTarget } from "../attach-target.ts";
import { defineCommand, type Command, type CommandContext } from "../command.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { flag, limit, liveTarget, number, optionalFile, rowLimit, sourceMaps } from "../parameters.ts";
import type { Timeline } from "../schemas/timeline.ts";

const USUAL_SECONDS = 30;
const USUAL_LIMIT = 15;

export const timeline: Command = defineCommand({
  name: "timeline",
  summary: "record which new objects of a running process stay",
  description:
    "Records the allocations of a running process for some time, and tells which of the objects made in it are\n" +
    "still alive, by time and constructor, with --stacks also by the function that made them. Written to FILE,\n" +
    "a snapshot of the end with these times, which Chrome DevTools and all commands here open.\n\n" +
    "That is for processes with small heaps: the engine walks the heap up to twenty times a second. What it will\n" +
    "do is said first; for a process that must not stand still there is “heapscope sample”. Ctrl-C ends the\n" +
    "recording early and keeps it.",
  group: "Running processes:",
  live: "ends",
  arguments: {
    target: liveTarget("process id, part of a command line, host:port, or ws://…"),
    file: optionalFile("the file to write (default: heap-PID-DATE-TIME.heaptimeline)"),
  },
  options: {
    seconds: number(USUAL_SECONDS, 1, "how long to record"),
    stacks: flag("record which functions allocate; slower still"),
    limit: limit(USUAL_LIMIT, "constructors, and functions"),
    "source-maps": sourceMaps(),
    yes: flag("do not ask, however much the process is slowed down"),
    force: flag("record although it may not fit, or although a debugger is attached"),
    overwrite: flag("replace FILE if it exists"),
  },
  examples: [
    { line: "timeline 4242 --seconds 10", meaning: "what stays of ten seconds" },
    { line: "timeline server.js a.heaptimeline --stacks", meaning: "also who made it" },
  ],
  async run(context, input): Promise<Timeline> {
    if (input.file === "-") throw new UsageError("a recording goes to a file; give its name.");
    const { defaultFileName, examineTimeline, noticeRedaction, recordTimeline } =
      await import("@heapscope/capture");
    const file = resolve(input.file ?? defaultFileName(input.target, new Date(), false, "heaptimeline"));
    const { signal } = context.runOptions;
    const result = await withTarget(context, input.target, input, async (attached) => {
      const { attachment, session, facts, fields } = attached;
      const report = await examineTimeline(attachment, facts, dirname(file), {
        signal: AbortSignal.any([signal, context.enough]),
        onStep: (text) => context.status(text),
      });
      const notice = await noticeRedaction(attachment.target, { signal });
      if (notice !== undefined) context.say(`Note: ${notice}`);
      const warnings = [...(notice === undefined ? [] : [notice]), ...(await decide(context, report, input))];
      const totalMs = input.seconds * 1000;
      const receipt = await recordTimeline(session, file, {
        durationMs: totalMs,
        stacks: input.stacks,
        overwrite: input.overwrite,
        gzip: file.endsWith(".gz"),
        enough: AbortSignal.any([context.enough, attachment.exiting]),
        signal,
        onProgress: (progress) => context.status(formatProgress(progress, totalMs)),
      });
      return { ...fields, receipt, warnings };
    });
    const { receipt, ...fields } = result;
    // Read when the process is on its own again.
    const snapshot = await context.openSnapshot(receipt.path);
    await snapshot.prepare(["groups", "timeline", "allocations"], context.runOptions);
    const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
    const sources = await context.openSources([snapshot], input["source-maps"]);
    const { describeNewObjects } = await import("../describe-new-objects.ts");
    return {
      schema: "heapscope/timeline@1",
      ...fields,
      ...describeReceipt(receipt),
      stacks: input.stacks,
      ...describeNewObjects(snapshot, rows, sources),
    };
  },
  print: async () => (await import("../print/timeline.ts")).printTimeline,
});

/** Says what it will do, asks if it must, and refuses. Resolves with what was overridden, in sentences. */
async function decide(
  context: CommandContext,
  { forecast, standsStill, snapshot }: TimelineReport,
  input: { readonly yes: boolean; readonly force: boolean },
): Promise<string[]> {
  const { stepMs, share } = forecast;
  context.say(
    `While it records, the program gets about ${formatPercent(share, 1)} of the time, with pauses of ${formatDuration(stepMs)}. Then a snapshot is taken:`,
  );
  for (const { label, text } of snapshot.estimates) context.say(`  ${label.padEnd(6)}  ${text}`);
  for (const text of snapshot.warnings) context.say(text);
  const [refusal] = snapshot.refusals;
  if (refusal !== undefined && !input.force) throw new CommandError(refusal.code, refusal.message);
  if ((standsStill || snapshot.pauseIsLong) && !input.yes) {
    const answer = await context.ask("The process will hardly get on meanwhile. Record it?");
    if (answer === false) throw new CommandError("declined", "left as it was.");
    if (answer === undefined && standsStill) {
      throw new CommandError(
        "too-slow",
        `the process would get ${formatPercent(share, 1)} of the time while it is recorded, and nobody is there to ask; ` +
          "take “heapscope sample”, which costs it next to nothing, or give --yes.",
      );
    }
  }
  return refusal === undefined ? [] : [`Forced, although: ${refusal.message}`];
}

function formatProgress(progress: TimelineProgress, totalMs: number): string {
  switch (progress.stage) {
    case "recording": {
      const left = Math.ceil((totalMs - progress.elapsedMs) / 1000);
      const live = `${formatSize(progress.liveSize)} in ${formatQuantity(progress.liveCount, "new object")} alive`;
      return `recording: ${live}, ${left} s left, Ctrl-C ends it now`;
    }
    case "receiving":
      return `receiving the snapshot  ${formatSize(progress.byteLength)}`;
    case "building":
    case "waiting": {
      const { done, total } = progress;
      return `building the snapshot${total > 0 ? `  ${formatPercent(Math.min(done, total), total)}` : ""}`;
    }
    default:
      return progress satisfies never;
  }
}

function describeReceipt(receipt: TimelineReceipt) {
  const { path, byteLength, sha256, nodeCount, edgeCount, recordedMs, durationMs } = receipt;
  return { file: path, bytes: byteLength, sha256, nodeCount, edgeCount, recordedMs, durationMs };
}
