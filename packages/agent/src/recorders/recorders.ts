// All recorders, by name.

import type { RecorderName } from "../api.ts";
import { recordHeapSnapshot } from "./heap-snapshot.ts";
import { recordMemory } from "./memory-record.ts";
import { recordCpuProfile, recordHeapProfile, recordTimeline } from "./profiles.ts";
import type { Recorder } from "./recorder.ts";

export const recorders: Readonly<Record<RecorderName, Recorder>> = {
  "heap-snapshot": recordHeapSnapshot,
  "heap-profile": recordHeapProfile,
  timeline: recordTimeline,
  "cpu-profile": recordCpuProfile,
  "memory-record": recordMemory,
};
