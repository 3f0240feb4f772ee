/** An allocation timeline: what was allocated in each interval and is still there. Cost: the first time O(nodes). */
import type { RunOptions } from "@heapscope/engine";
import type { Ask, TimelineAnswer } from "../../protocol/index.ts";
import type { DeskContext } from "../table-maker.ts";

/** Of a file without a timeline, lists without intervals. */
export async function answerTimeline(
  desk: DeskContext,
  { file }: Ask<"timeline">,
  run: RunOptions,
): Promise<TimelineAnswer> {
  const snapshot = desk.snapshot(file);
  await snapshot.prepare(["timeline"], run);
  const intervals = snapshot.timeline ?? [];
  return {
    endUs: Array.from(snapshot.graph.samples?.timestampUs ?? []),
    lastId: intervals.map(({ lastAssignedId }) => lastAssignedId),
    liveCount: intervals.map(({ liveCount }) => liveCount),
    liveSize: intervals.map(({ liveSize }) => liveSize),
  };
}
