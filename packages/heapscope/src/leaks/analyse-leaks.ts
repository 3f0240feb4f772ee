// From snapshots in their order to the result of `heapscope leaks`: the engine finds, places and words are added, and for a
// running process the stacks that were sampled between its snapshots.

import { resolve } from "node:path";
import { findLeaks, type GrowthRule } from "@heapscope/engine";
import { prepareDescription } from "@heapscope/wording/heap";
import type { CommandContext } from "../command.ts";
import type { Leaks, SuspectLine } from "../schemas/leaks.ts";
import { SourceResolver } from "../source/source-resolver.ts";
import { describeLeaks } from "./describe-leaks.ts";
import type { LiveSeries } from "./live-series.ts";
import type { OutlinedSeries } from "./open-series.ts";

/** Finds what leaks and describes it; of a running process with what was done to it and who allocated. */
export async function analyseLeaks(
  context: CommandContext,
  series: OutlinedSeries,
  live: LiveSeries | undefined,
  input: { readonly keep: readonly GrowthRule[]; readonly "source-maps": readonly string[] },
): Promise<Leaks> {
  const snapshots = series.members.map(({ snapshot }) => snapshot);
  const { last } = series;
  const report = await findLeaks(snapshots, {
    ...context.runOptions,
    keep: input.keep,
    releaseOutlines: true,
  });
  if (report.suspects.length > 0) await prepareDescription(last, context.runOptions);
  const sources = new SourceResolver({
    folders: input["source-maps"],
    scripts: last.captureRecord?.scripts ?? [],
  });
  const result = describeLeaks(report, series, sources);
  if (live === undefined) return result;
  const { matchAllocations } = await import("./match-allocations.ts");
  const suspects = result.suspects.map((suspect, index): SuspectLine => {
    const allocations = matchAllocations(report.suspects[index]!, live.profiles, sources);
    return allocations.length === 0 ? suspect : { ...suspect, allocations };
  });
  return { ...result, suspects, live: describeLive(live, series) };
}

function describeLive(live: LiveSeries, { members }: OutlinedSeries): NonNullable<Leaks["live"]> {
  const { snapshots, profiles, description, warmUpMs, roundMs, requests, warnings } = live;
  // Without a record, which could not be written then, only the snapshots tell.
  const { target, route = "inspector" } = members.at(-1)!.snapshot.captureRecord ?? {};
  const process: NonNullable<Leaks["live"]>["target"] = { runtime: "other", ...target };
  const pauses = snapshots.flatMap(({ pauseMs }) => (pauseMs === undefined ? [] : [pauseMs]));
  const samples = profiles.flatMap((profile) => profile.samples);
  return {
    target: process,
    description: description ?? (process.pid === undefined ? "the process" : `process ${process.pid}`),
    route,
    warnings: [...warnings],
    folder: resolve(members.at(-1)!.file, ".."),
    warmUpMs,
    roundMs: [...roundMs],
    ...(requests.length === 0 ? {} : { requests: [...requests] }),
    ...(pauses.length === 0 ? {} : { pauseMs: Math.max(...pauses) }),
    ...(profiles.length === 0
      ? {}
      : {
          sampled: {
            size: samples.reduce((total, { size }) => total + size, 0),
            sampleCount: samples.length,
          },
        }),
  };
}
