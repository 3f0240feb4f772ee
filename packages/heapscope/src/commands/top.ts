// `heapscope top`: a heap over time, while the process works on. On a terminal a view that is drawn again and again
// (`watch`); in a pipe a line for each sample, then the sentence (`run`); with --json one object at the end.

import type { HeapGrowth, HeapSample } from "@heapscope/capture";
import { attachTarget } from "../attach-target.ts";
import { defineCommand, type Command, type CommandContext } from "../command.ts";
import { CommandError, UsageError } from "../command-error.ts";
import { duration, flag, liveTarget, optionalNumber } from "../parameters.ts";
import type { HeapSampleLine, Top } from "../schemas/top.ts";

const USUAL_INTERVAL_MS = 1000;

/** What is drawn of the past, and more than a terminal is wide. A watch may go on for days. */
const KEPT_SAMPLES = 500;

export const top: Command = defineCommand({
  name: "top",
  summary: "how the heap of a running process grows, live",
  description:
    "Shows the sizes of a running process's heap again and again, its garbage collections, and how fast it\n" +
    "grows. What is left after a full collection is the measure: what is used until then includes garbage.\n" +
    "Ends with Ctrl-C, --count or --seconds. The process works on and is left as it was; of its threads, the\n" +
    "main one is shown.",
  group: "Running processes:",
  live: "ends",
  arguments: { target: liveTarget("process id, part of a command line, host:port, or ws://…") },
  options: {
    interval: duration(USUAL_INTERVAL_MS, "from one sample to the next"),
    count: optionalNumber(1, "samples to take (default: until Ctrl-C)"),
    seconds: optionalNumber(1, "how long to go on (default: until Ctrl-C)"),
    force: flag("attach although a debugger is attached, whose object ids that changes"),
  },
  examples: [
    { line: "top 4242", meaning: "until Ctrl-C" },
    { line: "top server.js --interval 10s --count 6 > heap.txt", meaning: "a minute, as lines" },
    { line: "top localhost:9229 --seconds 30 --json", meaning: "one object with all samples" },
  ],
  async run(context, input): Promise<Top> {
    if (context.json && input.count === undefined && input.seconds === undefined)
      throw new UsageError(
        "--json prints one object at the end; say when that is, with --count or --seconds.",
      );
    const { formatTopLine, formatTopTitles } = await import("../print/top.ts");
    let last: Top | undefined;
    let lines = 0;
    for await (const result of watchTarget(context, input, context.json ? Infinity : KEPT_SAMPLES)) {
      last = result;
      if (context.json || result.ended !== undefined || result.lateMs !== undefined) continue;
      if (lines++ === 0) context.output.write(`${formatTopTitles()}\n`);
      context.output.write(`${formatTopLine(result)}\n`);
    }
    return last!;
  },
  watch: (context, input) =>
    context.json || !context.output.isTTY ? undefined : watchTarget(context, input, KEPT_SAMPLES),
  print: async () => (await import("../print/top.ts")).printTop,
});

interface TopInput {
  readonly target: string;
  readonly interval: number;
  readonly count: number | undefined;
  readonly seconds: number | undefined;
  readonly force: boolean;
}

/**
 * A result after each sample, with the last `kept` samples; one more while an answer is late; and a last one, when the
 * process has been left, that says why.
 */
async function* watchTarget(
  context: CommandContext,
  { target, interval, count, seconds, force }: TopInput,
  kept: number,
): AsyncGenerator<Top> {
  const { CaptureError, GrowthMeter, watchHeap } = await import("@heapscope/capture");
  const until = AbortSignal.any([context.runOptions.signal, context.enough]);
  const attached = await attachTarget(context, target, { force });
  const meter = new GrowthMeter();
  const samples: HeapSampleLine[] = [];
  const warnings: string[] = [];
  const startedAt = new Date().toISOString();
  let made = 0;
  let lateMs = 0;
  let hear = (): void => {};
  const describe = (more: Partial<Top>): Top => ({
    schema: "heapscope/top@1",
    ...attached.fields,
    startedAt,
    intervalMs: interval,
    ...more,
    samples,
    growth: describeGrowth(meter.growth()!),
    warnings,
  });
  let ended: Top["ended"];
  try {
    const watch = watchHeap(attached.session, {
      intervalMs: interval,
      ...(count === undefined ? {} : { count }),
      ...(seconds === undefined ? {} : { durationMs: seconds * 1000 }),
      until,
      onLate: (ms) => {
        lateMs = ms;
        hear();
      },
    });
    for (;;) {
      const next = watch.next();
      const isLate = (): Promise<"late"> => new Promise((resolve) => (hear = () => resolve("late")));
      let step = await Promise.race([next, isLate()]);
      while (step === "late") {
        if (samples.length > 0) yield describe({ lateMs });
        else context.status(`waiting for an answer of ${attached.fields.description}`);
        step = await Promise.race([next, isLate()]);
      }
      if (step.done === true) break;
      lateMs = 0;
      made++;
      meter.add(step.value);
      samples.push(describeSample(step.value));
      if (samples.length > kept) samples.shift();
      yield describe({});
    }
    ended = until.aborted ? "interrupt" : made === count ? "count" : "time";
  } catch (error) {
    const isOver = error instanceof CaptureError && error.code === "target-lost" && samples.length > 0;
    if (!isOver) throw error;
    ended = "target";
  } finally {
    warnings.push(...(await attached.close()));
  }
  if (samples.length === 0) throw new CommandError("cancelled", "stopped before the first sample.");
  yield describe({ ended, ...(lateMs === 0 ? {} : { lateMs }) });
}

function describeSample(sample: HeapSample): HeapSampleLine {
  return { ...sample, spaces: sample.spaces.map((space) => ({ ...space })) };
}

function describeGrowth(growth: HeapGrowth): Top["growth"] {
  return { ...growth };
}
