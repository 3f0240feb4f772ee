// `heapscope sample`: which functions allocate what stays, or what is allocated at all, by V8's sampling profiler. The
// profile is kept as a file that DevTools and VS Code open. Ctrl-C ends it early, and what was sampled until then is kept.

import type { SampledCaller, SampledFunction, SampledSite } from "@heapscope/capture";
import { withTarget } from "../attach-target.ts";
import { defineCommand, type Command } from "../command.ts";
import { UsageError } from "../command-error.ts";
import {
  flag,
  levels,
  limit,
  liveTarget,
  number,
  optionalFile,
  rowLimit,
  sourceMaps,
} from "../parameters.ts";
import { formatPlace } from "../source/source-place.ts";
import type { SourceResolver } from "../source/source-resolver.ts";
import type { CallerLine, Sample, SampledSiteLine } from "../schemas/sample.ts";

const USUAL_SECONDS = 30;
const USUAL_INTERVAL = 131_072;
const USUAL_LIMIT = 15;
const USUAL_DEPTH = 3;

/** A caller with less than this part of its site is left out. */
const LEAST_PART = 0.1;

export const sample: Command = defineCommand({
  name: "sample",
  summary: "which functions of a running process allocate what stays",
  description:
    "Samples the allocations of a running process and tells which functions made what is still alive at the\n" +
    "end: in a process that leaks, the source of the leak. That costs the process about 1 % of its time, however\n" +
    "large it is, and a full garbage collection at the end: 1.5 s for each GB of small objects. Sizes are estimates.\n\n" +
    "The profile is written to FILE, which Chrome DevTools (Memory, Load profile) and VS Code open. Ctrl-C ends\n" +
    "it early and keeps what was sampled. What V8 inlined into another function counts for that one; a process\n" +
    "that was started with node --no-turbo-inlining keeps them apart.",
  group: "Running processes:",
  live: "ends",
  arguments: {
    target: liveTarget("process id, part of a command line, host:port, or ws://…"),
    file: optionalFile("the file to write (default: heap-PID-DATE-TIME.heapprofile)"),
  },
  options: {
    seconds: number(USUAL_SECONDS, 1, "how long to sample"),
    "include-collected": flag("with what is collected meanwhile: who makes work for the garbage collector"),
    "interval-bytes": number(
      USUAL_INTERVAL,
      1,
      "bytes between two samples on average; fewer tell more and cost more",
    ),
    depth: levels(USUAL_DEPTH, "levels of callers to print; only those with 10 % of the function"),
    limit: limit(USUAL_LIMIT, "functions"),
    "source-maps": sourceMaps(),
    force: flag("attach although a debugger is attached, whose object ids that changes"),
    overwrite: flag("replace FILE if it exists"),
  },
  examples: [
    { line: "sample 4242", meaning: "30 seconds, what stays" },
    { line: "sample server.js --include-collected", meaning: "all that is allocated" },
    { line: "sample localhost:9229 a.heapprofile --seconds 300", meaning: "a slow leak" },
  ],
  async run(context, input): Promise<Sample> {
    if (input.file === "-") throw new UsageError("a profile goes to a file; give its name.");
    const { defaultFileName, findAllocationSites, sampleAllocations } = await import("@heapscope/capture");
    const file = input.file ?? defaultFileName(input.target, new Date(), false, "heapprofile");
    return await withTarget(context, input.target, input, async ({ session, fields, attachment }) => {
      const totalMs = input.seconds * 1000;
      const receipt = await sampleAllocations(session, file, {
        durationMs: totalMs,
        intervalBytes: input["interval-bytes"],
        includeCollected: input["include-collected"],
        overwrite: input.overwrite,
        enough: AbortSignal.any([context.enough, attachment.exiting]),
        signal: context.runOptions.signal,
        onProgress: ({ stage, elapsedMs }) =>
          context.status(
            stage === "sampling"
              ? `sampling ${fields.description}: ${Math.ceil((totalMs - elapsedMs) / 1000)} s left, Ctrl-C ends it now`
              : "collecting garbage, to tell what stays",
          ),
      });
      const { totalSize, sampleCount, sites } = findAllocationSites(receipt.profile);
      const rows = rowLimit(input.limit, USUAL_LIMIT, context.json);
      const sources = await context.openSources([], input["source-maps"]);
      return {
        schema: "heapscope/sample@1",
        ...fields,
        file: receipt.path,
        bytes: receipt.byteLength,
        durationMs: receipt.durationMs,
        intervalBytes: receipt.intervalBytes,
        includeCollected: input["include-collected"],
        totalSize,
        sampleCount,
        siteCount: sites.length,
        sites: sites.slice(0, rows).map((site) => describeSite(site, totalSize, input.depth, sources)),
        warnings: [],
      };
    });
  },
  print: async () => (await import("../print/sample.ts")).printSample,
});

function describeSite(
  site: SampledSite,
  totalSize: number,
  depth: number,
  sources: SourceResolver,
): SampledSiteLine {
  return {
    ...describeFunction(site, sources),
    selfSize: site.size,
    share: totalSize > 0 ? site.size / totalSize : 0,
    sampleCount: site.sampleCount,
    callers: describeCallers(site.callers(depth), site.size * LEAST_PART, sources),
  };
}

function describeCallers(
  callers: readonly SampledCaller[],
  least: number,
  sources: SourceResolver,
): CallerLine[] {
  return callers
    .filter(({ size }) => size >= least)
    .map((caller): CallerLine => {
      const above = describeCallers(caller.callers, least, sources);
      return {
        ...describeFunction(caller, sources),
        size: caller.size,
        ...(above.length === 0 ? {} : { callers: above }),
      };
    });
}

function describeFunction(
  { name, location }: SampledFunction,
  sources: SourceResolver,
): { function: string; source?: string } {
  const place = location === undefined ? undefined : sources.placeOfText(location, name);
  if (place === undefined) return { function: name };
  return { function: (place.mapped ? place.name : undefined) ?? name, source: formatPlace(place) };
}
