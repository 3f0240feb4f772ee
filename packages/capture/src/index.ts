// What other packages may use: connect to an inspector, take whole snapshots, ask the target about itself.

export { CaptureError, harmless } from "./capture-error.ts";
export type { CaptureErrorCode } from "./capture-error.ts";
export { connectInspector, InspectorSession } from "./inspector-session.ts";
export type { ConnectOptions, SendOptions } from "./inspector-session.ts";
export { listInspectorTargets } from "./inspector-target.ts";
export type { InspectorTarget, ListOptions } from "./inspector-target.ts";
export type { InspectorCommands, InspectorEvents } from "./protocol.ts";
export { formatLocation, readScripts, scriptPath } from "./script-locations.ts";
export type { Script, ScriptLocation, ScriptTable } from "./script-locations.ts";
export { takeSnapshot } from "./take-snapshot.ts";
export type { CaptureProgress, SnapshotReceipt, TakeSnapshotOptions } from "./take-snapshot.ts";
export { evaluate, readTargetFacts } from "./target-facts.ts";
export type { TargetFacts } from "./target-facts.ts";
