// What other packages may use: list processes, say what a capture would cost, capture, look without a snapshot; and below
// these, sessions with an inspector and single snapshots.

export { CaptureError, harmless } from "./capture-error.ts";
export type { CaptureErrorCode } from "./capture-error.ts";

export { findProcesses, listProcesses } from "./process/list-processes.ts";
export { readProcess } from "./process/read-process.ts";
export type { ProcessFacts } from "./process/read-process.ts";
export { findInspector } from "./process/find-inspector.ts";
export type { InspectorClient, InspectorState } from "./process/find-inspector.ts";
export { createSocketReader } from "./process/net-tables.ts";
export { listRoutes } from "./route/route-offers.ts";
export type { RouteName, RouteOffer } from "./route/route-offers.ts";
export { findTarget, inspectProcess } from "./find-target.ts";
export type { AddressTarget, ProcessTarget, Target } from "./find-target.ts";

export { listAgents, readAgentStatus } from "./agent/ask-agent.ts";
export type { AgentProcess } from "./agent/ask-agent.ts";
export type {
  AgentCapture,
  AgentEvent,
  AgentFile,
  AgentPreflight,
  AgentRedaction,
  AgentStatus,
} from "./agent/agent-answers.ts";
export type { AskOptions } from "./agent/agent-client.ts";
export { findAgent } from "./agent/find-agent.ts";
export type { RunningAgent } from "./agent/find-agent.ts";
export { noticeRedaction } from "./agent/redaction-notice.ts";

export { capture, preflight } from "./capture.ts";
export type { CapturedSnapshot, CaptureEvent, CaptureOptions, CaptureResult } from "./capture.ts";
export { defaultFileName, nameWithTime } from "./capture-files.ts";
export type { CaptureManifest } from "./capture-record.ts";
export type { Estimate, PreflightReport, Refusal } from "./preflight/judge.ts";
export type { CostPrediction } from "./preflight/predict-cost.ts";

export { attach } from "./attach.ts";
export type { Attachment, AttachOptions } from "./attach.ts";
export { recordTarget } from "./recorded-target.ts";
export type { RecordedTarget } from "./recorded-target.ts";
export { findLargestStacks, findStacksAround, findStacksOf } from "./triage/allocation-stacks.ts";
export type { AllocationStack, StackFunction } from "./triage/allocation-stacks.ts";
export { findAllocationSites } from "./triage/allocation-sites.ts";
export type { SampledCaller, SampledFunction, SampledSite, SampledSites } from "./triage/allocation-sites.ts";
export { GrowthMeter } from "./triage/heap-growth.ts";
export type { HeapGrowth, SizeTrend } from "./triage/heap-growth.ts";
export { startHeapMonitor, watchHeap } from "./triage/heap-monitor.ts";
export type { Collections, HeapMonitor, HeapSample, WatchOptions } from "./triage/heap-monitor.ts";
export { hasSettled, measureLiveSize } from "./triage/live-size.ts";
export { countRequests } from "./triage/request-count.ts";
export type { RequestCounter } from "./triage/request-count.ts";
export { forecastTimeline, recordTimeline } from "./triage/record-timeline.ts";
export type {
  TimelineForecast,
  TimelineOptions,
  TimelineProgress,
  TimelineReceipt,
} from "./triage/record-timeline.ts";
export { examineTimeline } from "./triage/timeline-preflight.ts";
export type { ExamineTimelineOptions, TimelineReport } from "./triage/timeline-preflight.ts";
export { sampleAllocations, startSampler } from "./triage/sampling-profile.ts";
export type {
  SampleOptions,
  SampleProgress,
  SampleReceipt,
  Sampler,
  StartSamplerOptions,
} from "./triage/sampling-profile.ts";

export { connectInspector, InspectorSession } from "./inspector/inspector-session.ts";
export type { ConnectOptions, SendOptions } from "./inspector/inspector-session.ts";
export { listInspectorTargets } from "./inspector/inspector-target.ts";
export type { Connect, InspectorTarget, ListOptions } from "./inspector/inspector-target.ts";
export type { InspectorCommands, InspectorEvents, SamplingProfile } from "./inspector/protocol.ts";
export { formatLocation, readScripts, scriptPath } from "./inspector/script-locations.ts";
export type { Script, ScriptLocation, ScriptTable } from "./inspector/script-locations.ts";
export { evaluate, readTargetFacts } from "./inspector/target-facts.ts";
export type { HeapSpace, TargetFacts } from "./inspector/target-facts.ts";
export { openThreads } from "./inspector/threads.ts";
export type { TargetThread, TargetThreads } from "./inspector/threads.ts";
export { takeSnapshot } from "./snapshot/take-snapshot.ts";
export type { CaptureProgress, SnapshotReceipt, TakeSnapshotOptions } from "./snapshot/take-snapshot.ts";
