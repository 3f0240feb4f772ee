// What a recording of allocations will do to a process, before it is begun: the whole time that is recorded, and the
// snapshot at its end, which costs what any snapshot costs (preflight/). Measured on Node 20 to 26, the recording itself
// takes no memory on top of that. Cost: what the preflight of a capture costs.

import type { Attachment } from "../attach.ts";
import type { TargetFacts } from "../inspector/target-facts.ts";
import { readDiskRoom } from "../preflight/disk-room.ts";
import { examineHeap } from "../preflight/examine-heap.ts";
import { judge, type PreflightReport } from "../preflight/judge.ts";
import { memoryRoomOf, readMemoryRoom } from "../preflight/memory-room.ts";
import { forecastTimeline, type TimelineForecast } from "./record-timeline.ts";

export interface TimelineReport {
  readonly forecast: TimelineForecast;
  /** The program will hardly run while it is recorded: ask before. */
  readonly standsStill: boolean;
  /** Of the snapshot at the end. Its refusals are for what kills the process. */
  readonly snapshot: PreflightReport;
}

const LEAST_SHARE = 0.1;

export interface ExamineTimelineOptions {
  signal?: AbortSignal;
  onStep?: (text: string) => void;
}

/**
 * Examines the main thread of an attachment that has said `facts`; `folder` gets the file. Throws `CaptureError` when the
 * session fails or the folder is none.
 */
export async function examineTimeline(
  { session, target, pid }: Attachment,
  facts: TargetFacts,
  folder: string,
  { signal, onStep }: ExamineTimelineOptions = {},
): Promise<TimelineReport> {
  const readMemory = (): ReturnType<typeof readMemoryRoom> =>
    pid === undefined ? memoryRoomOf(facts) : readMemoryRoom(pid);
  const cost = { numericValues: false };
  const heap = await examineHeap(session, facts, {
    ...(signal && { signal }),
    memory: readMemory(),
    cost,
    onCount: () => onStep?.("counting the objects, since sizes do not tell what it would cost"),
  });
  const snapshot = judge({
    heap,
    cost,
    memory: readMemory(),
    disk: readDiskRoom(folder),
    residentSize: facts.residentSize,
    ...(target.kind === "process" ? { process: target.facts } : {}),
  });
  const forecast = forecastTimeline(snapshot.prediction.smallObjects, heap.nodeMajor);
  return { forecast, standsStill: forecast.share < LEAST_SHARE, snapshot };
}
