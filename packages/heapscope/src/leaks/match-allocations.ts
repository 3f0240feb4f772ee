// Who made what leaks: from the suspects of a running process and what was sampled between its snapshots, the stacks of
// each. A sample does not know which object it was of, but the place of the constructor, or of the closure, is the same in
// both. Where V8 has inlined that function into its caller, the stack is told that allocated about as much as leaks.
//
// Cost: a walk over the profiles for each suspect.

import { findLargestStacks, findStacksAround, findStacksOf } from "@heapscope/capture";
import type { AllocationStack, SamplingProfile } from "@heapscope/capture";
import { scriptPath, type HeapObject, type Suspect } from "@heapscope/engine";
import type { AllocationStackLine } from "../schemas/leaks.ts";
import { formatPlace } from "../source/source-place.ts";
import type { SourceResolver } from "../source/source-resolver.ts";

/** Stacks to tell for a suspect. */
const MOST_STACKS = 3;
/** Estimates from samples are this far off, and callers make other things as well. */
const LARGEST_FACTOR = 3;

/** The stacks of a suspect, largest first; empty where the samples do not tell. */
export function matchAllocations(
  { subject, entry, retainedSizeDelta }: Pick<Suspect, "subject" | "entry" | "retainedSizeDelta">,
  profiles: readonly SamplingProfile[],
  sources: SourceResolver,
): AllocationStackLine[] {
  const lines = (stacks: readonly AllocationStack[], matchedBy: AllocationStackLine["matchedBy"]) =>
    stacks.slice(0, MOST_STACKS).map((stack) => describeStack(stack, matchedBy, sources));
  for (const object of subject.node === entry.node ? [subject] : [subject, entry]) {
    const { location } = object;
    if (location === undefined) continue;
    if (object.type !== "closure") {
      const made = findStacksOf(profiles, location);
      if (made.length > 0) return lines(made, "constructor");
    } else if (isWrittenByHand(object)) {
      const around = findStacksAround(profiles, location);
      if (around.length > 0) return lines(around, "scope");
    }
  }
  const scriptId = subject.location?.scriptId ?? entry.location?.scriptId;
  const similar = findLargestStacks(profiles).find(
    ({ size, functions }) =>
      size <= retainedSizeDelta * LARGEST_FACTOR &&
      size * LARGEST_FACTOR >= retainedSizeDelta &&
      (scriptId === undefined || functions.some((each) => each.scriptId === scriptId)),
  );
  return similar === undefined ? [] : lines([similar], "size");
}

/** A closure of the program's own, not one of the runtime's. */
function isWrittenByHand({ snapshot, location }: HeapObject): boolean {
  const url = location === undefined ? undefined : snapshot.scriptUrls.get(location.scriptId);
  return url !== undefined && !url.startsWith("node:");
}

function describeStack(
  { size, share, functions }: AllocationStack,
  matchedBy: AllocationStackLine["matchedBy"],
  sources: SourceResolver,
): AllocationStackLine {
  return {
    matchedBy,
    size,
    share: Math.min(1, share),
    stack: functions.map(({ name, url, line, column }) => {
      const place = url === "" || line < 0 ? undefined : sources.resolve(scriptPath(url), line, column, name);
      return {
        function: place?.name ?? name,
        ...(place === undefined ? {} : { source: formatPlace(place) }),
      };
    }),
  };
}
