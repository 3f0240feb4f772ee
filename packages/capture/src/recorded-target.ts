// What is said about a target in records and results: which process or address, which runtime.

import type { CaptureRecord } from "@heapscope/engine";
import type { Target } from "./find-target.ts";
import type { TargetFacts } from "./inspector/target-facts.ts";

export type RecordedTarget = Omit<CaptureRecord["target"], "thread">;

/** The target as it was found, with what it said about itself if it was asked. */
export function recordTarget(target: Target, facts: TargetFacts | undefined): RecordedTarget {
  if (target.kind === "process") {
    const { pid, command, runtime, version, uptimeMs } = target.facts;
    return { pid, command, runtime, ...(version === undefined ? {} : { version }), uptimeMs };
  }
  return {
    url: target.address,
    runtime: facts?.runtime ?? "other",
    ...(facts?.version === undefined ? {} : { version: facts.version }),
    ...(facts?.pid === undefined ? {} : { pid: facts.pid }),
    ...(facts?.uptime === undefined ? {} : { uptimeMs: facts.uptime * 1000 }),
  };
}
