// What is known about a heap before it is captured, in the form that the prediction takes: from the target's own words,
// or, where no inspector can be asked, from the size of the process.

import type { TargetFacts } from "../inspector/target-facts.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import type { HeapCensus } from "./heap-census.ts";

/** What the cost of a snapshot hangs on. Sizes are bytes. */
export interface HeapFacts {
  /** Objects in the heap, garbage included. */
  readonly used: number;
  /** The part of `used` in objects of 128 KB and more: texts, which cost nothing, and arrays, which cost a lot. `undefined`: not known. */
  readonly largeObjects: number | undefined;
  /** `used` is the size of the process; the heap may be far smaller. */
  readonly isUpperBound: boolean;
  /** Node's major version; `undefined` for another runtime. */
  readonly nodeMajor?: number;
  /** The heap has references of 4 bytes, so more objects in the same size: Chromium, Electron. */
  readonly isCompressed?: boolean;
  /** Where the sizes left too much open. */
  readonly census?: HeapCensus;
}

/** From what a target said about itself. `used` is of its thread alone. */
export function heapFactsOf(facts: TargetFacts, census?: HeapCensus): HeapFacts {
  const large = facts.spaces.filter(({ name }) => name.includes("large_object"));
  const largeObjects = large.reduce((total, { used }) => total + used, 0);
  return {
    used: facts.heapUsed,
    largeObjects: large.length === 0 ? undefined : Math.min(largeObjects, facts.heapUsed),
    isUpperBound: false,
    ...majorOf(facts.nodeVersion),
    isCompressed: facts.runtime === "chromium" || facts.runtime === "electron",
    ...(census === undefined ? {} : { census }),
  };
}

/** V8's limit is for the old generation; the young one comes on top, at most 64 MB of it. */
const YOUNG_GENERATION = 64e6;

/** From what the system says about a process: nothing of its private memory need be heap, and all of it may be. */
export function heapBoundOf(
  process: Pick<ProcessFacts, "anonymousSize" | "heapLimit" | "version" | "runtime">,
): HeapFacts {
  const { anonymousSize, heapLimit = Infinity, version, runtime } = process;
  return {
    used: Math.min(anonymousSize, heapLimit + YOUNG_GENERATION),
    largeObjects: undefined,
    isUpperBound: true,
    ...majorOf(runtime === "node" ? version : undefined),
    isCompressed: runtime === "chromium" || runtime === "electron",
  };
}

function majorOf(nodeVersion: string | undefined): { nodeMajor?: number } {
  const major = /^v(\d+)\./.exec(nodeVersion ?? "")?.[1];
  return major === undefined ? {} : { nodeMajor: Number(major) };
}
