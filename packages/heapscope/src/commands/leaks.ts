// `heapscope leaks`: what accumulates over two or more snapshots, or over rounds of work of a running process. The finding
// is the engine's (`findLeaks`), the capturing is @heapscope/capture's; here they meet, with the baseline and the gate.

import { resolve } from "node:path";
import type { GrowthRule } from "@heapscope/engine";
import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import type { LiveOptions, LiveSeries } from "../leaks/live-series.ts";
import {
  choice,
  choices,
  duration,
  durationOr,
  flag,
  limit,
  noCache,
  number,
  optionalNumber,
  optionalText,
  rowLimit,
  snapshotFilesOrTarget,
  sourceMaps,
} from "../parameters.ts";
import type { Leaks } from "../schemas/leaks.ts";

const USUAL_LIMIT = 5;
const USUAL_INTERVAL_MS = 60_000;
const USUAL_TIMEOUT_MS = 300_000;
const USUAL_ROUNDS = 2;
/** For what an exercise leaves under way: answers on their way, connections that close. */
const REST_AFTER_EXERCISE_MS = 1000;

/** The engine is loaded late, so its rules are named here as well; the type holds the two together. */
const rules: Readonly<Record<GrowthRule, true>> = {
  code: true,
  shapes: true,
  strings: true,
  modules: true,
  "one-time": true,
  "levelling-off": true,
  turnover: true,
  draining: true,
  capture: true,
  console: true,
  small: true,
};
const ruleNames = Object.keys(rules) as [GrowthRule, ...GrowthRule[]];

const routes = ["auto", "agent", "inspector", "sigusr1", "signal"] as const;

export const leaks: Command = defineCommand({
  name: "leaks",
  summary: "what leaks: named, with what holds it and where it is made",
  description:
    "Tells from two or more snapshots of one process what accumulates, what holds it and where it is made; three\n" +
    "are better than two, which cannot tell what goes on growing from what only came once. Each snapshot should\n" +
    "follow on the same work as the one before.\n\n" +
    "Or does all of that with a running process: TARGET is a process id, a part of its command line, host:port\n" +
    "of an inspector, or ws://…. It lets the process warm up, takes a snapshot, lets it work for a round, takes\n" +
    "another one, and so on; in between it samples who allocates. Work comes by itself (--interval,\n" +
    "--until-requests) or from a command (--exercise). The process stands still for each snapshot and is left as\n" +
    "it was; see “heapscope help capture” for what that costs. Through an @heapscope/agent (--route agent) nobody\n" +
    "is sampled, and the agent's redaction holds.\n\n" +
    "What grew and is no leak is recognised by rules with names, which --all lists and --keep switches off.",
  group: "Two snapshots:",
  live: "fails",
  arguments: {
    inputs: snapshotFilesOrTarget("two or more snapshots of one process, or a running process"),
  },
  options: {
    limit: limit(USUAL_LIMIT, "suspects"),
    all: flag("all suspects with their signatures, and what grew and is no leak"),
    raw: flag("paths with every step, V8's own included"),
    keep: choices("rule", ruleNames, "do not let this rule excuse growth"),
    "source-maps": sourceMaps(),
    baseline: optionalText("file", "accept the suspects that this file knows"),
    "update-baseline": flag("write the suspects to the file of --baseline"),
    "fail-on-leak": flag("exit code 1 if the verdict is a leak"),
    interval: duration(undefined, "TARGET: how long a round lasts (default: 60s)"),
    exercise: optionalText("command", "TARGET: run this by the shell in each round instead"),
    "until-requests": optionalNumber(1, "TARGET: a round is so many HTTP requests that it answers"),
    rounds: number(USUAL_ROUNDS, 1, "TARGET: rounds, one fewer than snapshots"),
    warmup: durationOr(
      ["auto", "none"],
      "TARGET: before the first snapshot; auto waits until the heap settles",
    ),
    rest: duration(undefined, "TARGET: quiet time before each snapshot (default: 1s after --exercise)"),
    out: optionalText("folder", "TARGET: for the snapshots (default: heapscope-leaks-PID-DATE-TIME)"),
    overwrite: flag("TARGET: replace snapshots in that folder"),
    route: choice("route", routes, "TARGET: the one way to take"),
    timeout: duration(USUAL_TIMEOUT_MS, "TARGET: longest silence of the process"),
    yes: flag("TARGET: do not ask, however long it will stand still"),
    force: flag("TARGET: although it may not fit, or although a debugger is attached"),
    "close-inspector": flag("TARGET: close the inspector afterwards although it was open before"),
    "no-cache": noCache(),
  },
  examples: [
    { line: "leaks 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot", meaning: "from files" },
    { line: "leaks 4242 --interval 5m", meaning: "a running process, two rounds of five minutes" },
    { line: "leaks server.js --exercise 'npm run load'", meaning: "with a command that makes it work" },
    { line: "leaks 4242 --until-requests 1000", meaning: "rounds of a thousand requests" },
    {
      line: "leaks a.heapsnapshot b.heapsnapshot --baseline known.json --fail-on-leak",
      meaning: "in a pipeline",
    },
  ],
  async run(context, input): Promise<Leaks> {
    if (input["update-baseline"] && input.baseline === undefined)
      throw new UsageError("--update-baseline needs the file to write; give it with --baseline FILE.");
    // Before the work of minutes: a baseline that is no baseline is told at once.
    const { readBaseline, readBaselineIfThere } = await import("../leaks/baseline.ts");
    const { baseline: file } = input;
    const read = input["update-baseline"] ? readBaselineIfThere : readBaseline;
    const baseline = file === undefined ? undefined : { file, known: read(file) };

    const liveOptions = readLiveOptions(input);
    const [target = ""] = input.inputs;
    let live: LiveSeries | undefined;
    if (isTarget(input.inputs)) {
      const { captureLive } = await import("../leaks/live-series.ts");
      live = await captureLive(context, target, await liveOptions(target));
    } else {
      refuseLiveOptions(input);
    }
    const { openOutlinedSeries } = await import("../leaks/open-series.ts");
    const files = live === undefined ? input.inputs : live.snapshots.map(({ path }) => path!);
    const series = await openOutlinedSeries(context, files, input.keep);
    const { analyseLeaks } = await import("../leaks/analyse-leaks.ts");
    const analysed = await analyseLeaks(context, series, live, input);
    const { acceptSuspects } = await import("../leaks/accept-suspects.ts");
    const result = baseline === undefined ? analysed : acceptSuspects(analysed, baseline, input);
    const rows = rowLimit(input.limit ?? (input.all ? 0 : undefined), USUAL_LIMIT, context.json);
    return { ...result, suspects: result.suspects.slice(0, rows) };
  },
  fails: (result, input) => input["fail-on-leak"] && result.verdict === "leak",
  print: async () => (await import("../print/leaks.ts")).printLeaks,
});

/** Names of snapshots are known by their endings: a file `server.js` is also a part of a command line. */
function isTarget(inputs: readonly string[]): boolean {
  const [only = "", ...others] = inputs;
  return others.length === 0 && only !== "-" && !/\.(?:heapsnapshot|heaptimeline|gz|json)$/i.test(only);
}

interface LiveInput {
  readonly interval: number | undefined;
  readonly exercise: string | undefined;
  readonly "until-requests": number | undefined;
  readonly rounds: number;
  readonly warmup: number | "auto" | "none";
  readonly rest: number | undefined;
  readonly out: string | undefined;
  readonly overwrite: boolean;
  readonly route: (typeof routes)[number];
  readonly timeout: number;
  readonly yes: boolean;
  readonly force: boolean;
  readonly "close-inspector": boolean;
}

/** Options that would be without effect, where somebody may count on one. */
function refuseLiveOptions(input: LiveInput): void {
  const usual: LiveInput = {
    interval: undefined,
    exercise: undefined,
    "until-requests": undefined,
    rounds: USUAL_ROUNDS,
    warmup: "auto",
    rest: undefined,
    out: undefined,
    overwrite: false,
    route: routes[0],
    timeout: USUAL_TIMEOUT_MS,
    yes: false,
    force: false,
    "close-inspector": false,
  };
  const given = (Object.keys(usual) as (keyof LiveInput)[]).find((name) => input[name] !== usual[name]);
  if (given !== undefined)
    throw new UsageError(
      `--${given} is for a running process; give one instead of snapshots, or leave it out.`,
    );
}

/** Checks the options; the target's name goes into that of the folder. */
function readLiveOptions(input: LiveInput): (target: string) => Promise<LiveOptions> {
  const { interval, exercise, "until-requests": requests, route, warmup } = input;
  const works = [interval, exercise, requests].filter((each) => each !== undefined);
  if (works.length > 1)
    throw new UsageError(
      "--interval, --exercise and --until-requests say what a round is; give one of them.",
    );
  return async (target) => {
    const { exercising, serving, waiting } = await import("../leaks/round-work.ts");
    const { nameWithTime } = await import("@heapscope/capture");
    const work =
      exercise !== undefined
        ? exercising(exercise)
        : requests !== undefined
          ? serving(requests)
          : waiting(interval ?? USUAL_INTERVAL_MS);
    return {
      work,
      rounds: input.rounds,
      warmUp: warmup === "none" ? 0 : warmup,
      restMs: input.rest ?? (exercise === undefined ? 0 : REST_AFTER_EXERCISE_MS),
      folder: resolve(input.out ?? nameWithTime("heapscope-leaks", target, new Date())),
      route: route === "auto" ? undefined : route,
      overwrite: input.overwrite,
      force: input.force,
      yes: input.yes,
      closeInspector: input["close-inspector"],
      timeoutMs: input.timeout,
    };
  };
}
