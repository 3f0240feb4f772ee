// `heapscope capture`: snapshots of a running process, whole or not at all, the cost said beforehand. What it does is in
// @heapscope/capture; here are the words of the command line, the questions and the result.

import type { CaptureOptions, PreflightReport } from "@heapscope/capture";
import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import { choice, duration, flag, liveTarget, number, optionalFile, optionalText } from "../parameters.ts";
import type { Capture } from "../schemas/capture.ts";
import { tellCapture } from "../tell-capture.ts";

const routes = ["auto", "agent", "inspector", "sigusr1", "signal"] as const;
const USUAL_INTERVAL_MS = 60_000;

export const capture: Command = defineCommand({
  name: "capture",
  summary: "take heap snapshots of a running process",
  description:
    "Takes a heap snapshot of a running process and leaves the process as it was. TARGET is a process\n" +
    "id, a part of its command line, host:port of an inspector, or ws://…; FILE is the file to write, or -\n" +
    "for standard output. The process stands still while the snapshot is made and needs several times\n" +
    "its heap in extra memory: what that will be is said first, and what would not fit is refused.\n\n" +
    "The routes, the least harmful first: agent (an @heapscope/agent in the process makes the snapshot,\n" +
    "and redacts it if it is told to), inspector (it is open), sigusr1 (opens it, and closes it again), signal\n" +
    "(the one of --heapsnapshot-signal; a process that cannot write the file dies).\n\n" +
    "Snapshots of one command share object ids and can be compared object by object: use --count.\n" +
    "Facts about each capture are kept beside it, in FILE.json.",
  group: "Running processes:",
  live: "fails",
  arguments: {
    target: liveTarget("process id, part of a command line, host:port, or ws://…"),
    file: optionalFile("the file to write (default: heap-PID-DATE-TIME.heapsnapshot); - is standard output"),
  },
  options: {
    route: choice("route", routes, "the one way to take"),
    threads: optionalText("which", "all (default), main, or one by its name: “worker 2”"),
    count: number(1, 1, "snapshots to take, whose object ids can be compared"),
    interval: duration(USUAL_INTERVAL_MS, "from the start of one to the start of the next"),
    gzip: flag("compress; also when FILE ends in .gz"),
    "collect-garbage": flag("collect garbage once more before, so that finalizers have run"),
    "without-numbers": flag(
      "leave out the values of numbers, which DevTools records: a third less of all in most heaps, far less in heaps of numbers",
    ),
    "expose-internals": flag("name the engine's own objects: no difference in Node, some in Chromium"),
    timeout: duration(300_000, "longest silence of the process"),
    "dry-run": flag("only say what it would cost"),
    yes: flag("do not ask, however long the process will stand still"),
    force: flag("capture although it may not fit, or although a debugger is attached"),
    overwrite: flag("replace FILE if it exists"),
    "keep-partial": flag("after a failure keep what has arrived, as FILE.partial"),
    "without-record": flag("write no FILE.json"),
    "close-inspector": flag("close the inspector afterwards although it was open before"),
  },
  examples: [
    { line: "capture 4242", meaning: "one snapshot of each thread, into this folder" },
    {
      line: "capture server.js app.heapsnapshot.gz",
      meaning: "the one process with server.js in its command",
    },
    { line: "capture 4242 --count 3 --interval 60s", meaning: "three that can be compared" },
    { line: "capture 4242 --dry-run", meaning: "what it would cost" },
    { line: "capture localhost:9222 - | gzip > page.gz", meaning: "a page of Chromium, to standard output" },
  ],
  async run(context, input): Promise<Capture> {
    const toStream = input.file === "-";
    if (toStream && context.json)
      throw new UsageError("--json and - both need standard output; give a FILE.");
    if (toStream && input.count > 1) throw new UsageError("standard output takes one snapshot; give a FILE.");
    if (toStream && input.threads !== undefined && input.threads !== "main")
      throw new UsageError("standard output takes the main thread; give a FILE for others.");
    if (toStream && context.output.isTTY)
      throw new UsageError("a snapshot is no text for a terminal; give a FILE, or send the output to one.");
    const { capture, defaultFileName } = await import("@heapscope/capture");
    const gzip = input.gzip || input.file?.endsWith(".gz") === true;
    const file = input.file ?? defaultFileName(input.target, new Date(), gzip);
    const { signal } = context.runOptions;

    const { createMinorCollector } = await import("../minor-collector.ts");
    const { describeCapture, describeDryRun } = await import("../describe-capture.ts");
    const collect = createMinorCollector();
    let report: PreflightReport | undefined;
    const options: CaptureOptions = {
      signal,
      ...(input.route === "auto" ? {} : { route: input.route }),
      ...(input.threads === undefined ? {} : { threads: input.threads }),
      count: input.count,
      intervalMs: input.interval,
      gzip,
      collectGarbage: input["collect-garbage"],
      numericValues: !input["without-numbers"],
      exposeInternals: input["expose-internals"],
      timeoutMs: input.timeout,
      force: input.force,
      overwrite: input.overwrite,
      keepPartial: input["keep-partial"],
      records: !input["without-record"],
      closeInspector: input["close-inspector"],
      tool: "heapscope",
      async confirm(seen) {
        report = seen;
        if (input["dry-run"]) return false;
        if (!seen.pauseIsLong || input.yes) return true;
        return (await context.ask("The process will stand still for that long. Capture it?")) !== false;
      },
      onEvent(event) {
        if (event.kind === "progress") collect(event.progress.byteLength);
        tellCapture(context, event);
      },
    };
    try {
      const result = await capture(input.target, toStream ? context.output : file, options);
      return describeCapture(result);
    } catch (error) {
      const isDryRun = input["dry-run"] && (error as { code?: unknown }).code === "declined";
      if (!isDryRun || report === undefined) throw error;
      return describeDryRun(report);
    }
  },
  print: async () => (await import("../print/capture.ts")).printCapture,
});
