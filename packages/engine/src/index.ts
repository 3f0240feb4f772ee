/**
 * @heapscope/engine: reads V8 heap snapshots of any size and answers what Chrome DevTools answers, with the same
 * numbers. Runs in Node, browsers and workers; has no dependencies.
 *
 * Three ways in, by cost: `snapshot.graph` and the columns of `HeapSnapshot` for passes over everything,
 * `snapshot.cursor()` for scans, and `HeapObject` handles for everything else.
 */
export { openSharedFile, openSnapshot, type ByteSource, type OpenOptions } from "./open-snapshot.ts";
export { runRowsJob, type RowsJob, type SharedFile } from "./rows-job.ts";
export { HeapSnapshot, type ColumnName } from "./heap-snapshot.ts";
export {
  checkCaptureRecord,
  parseCaptureRecord,
  type CaptureRecord,
  type FoundRecord,
} from "./capture-record.ts";
export { HeapEdge, HeapObject, type HeapPath, type PathStep } from "./heap-object.ts";
export {
  ownMemoryOf,
  runTableJob,
  type TableFor,
  type TableJob,
  type TableRequest,
  type TableThread,
} from "./table-job.ts";
export { areDistances, restoreDominatorTree, type KeptTables } from "./kept-tables.ts";
export { newInt32Column, newUint32Column } from "./graph/column-memory.ts";
export { NodeCursor } from "./node-cursor.ts";
export { CancelledError, ProfileFormatError, SnapshotFormatError } from "./errors.ts";
export {
  CHECK_MASK,
  runPass,
  type CancelSignal,
  type Pass,
  type PassTiming,
  type Progress,
  type RunOptions,
} from "./passes/pass.ts";
export type { TextPart } from "./passes/display-names.ts";

export type {
  EdgeIndex,
  HeapGraph,
  LocationTable,
  NodeId,
  NodeIndex,
  PlaceTable,
  SampleTable,
  StringIndex,
  TraceTable,
} from "./graph/heap-graph.ts";
export { EdgeType, NodeType } from "./graph/node-types.ts";
export type { BitSet } from "./graph/bit-set.ts";
export type { StringTable } from "./graph/string-table.ts";
export type { SnapshotHeader } from "./format/header.ts";

export { NO_DISTANCE, SYSTEM_DISTANCE } from "./passes/distances.ts";
export { ContextOwner, type NativeContext, type NativeContextTable } from "./passes/native-contexts.ts";
export type {
  AllocationCaller,
  AllocationFunction,
  AllocationSite,
  AllocationTable,
} from "./passes/allocations.ts";
export type { ClassTable } from "./passes/classes.ts";
export type { DominatorTree } from "./passes/dominator-tree.ts";
export type { DuplicateStringGroup } from "./passes/duplicate-strings.ts";
export type { EphemeronNames } from "./passes/ephemerons.ts";
export type { Group, GroupKeys } from "./passes/groups.ts";
export type { InterfaceDefinition } from "./passes/interfaces.ts";
export type { LocationIndex, SourceLocation } from "./passes/location-index.ts";
export { NameKind, type NodeNames } from "./passes/node-names.ts";
export type { RetainerColumns } from "./passes/retainer-rows.ts";
export type { RetainerTable } from "./passes/retainers.ts";
export type { Statistics } from "./passes/statistics.ts";
export type { TimelineInterval } from "./passes/timeline.ts";

export { filterNodes, maxJsNodeId, prepareFilter, type NodeFilter } from "./questions/filter-nodes.ts";
export { filteredGroups, prepareFilteredGroups } from "./questions/filtered-groups.ts";
export {
  findObjects,
  prepareSearch,
  type FoundObjects,
  type ObjectSearch,
  type SearchPlace,
} from "./questions/find-objects.ts";
export {
  ignoreRetainers,
  listRetainers,
  prepareIgnoredRetainers,
  prepareRetainers,
  type IgnoredRetainers,
  type Retainer,
} from "./questions/list-retainers.ts";
export { UNREACHABLE_DISTANCE } from "./passes/ignored-retainers.ts";

export {
  compareSnapshots,
  prepareComparison,
  sizeRetainedBy,
  type Comparison,
  type GroupDiff,
} from "./compare/comparison.ts";
export { compareSeries, prepareSeries, type GroupGrowth, type Growth } from "./compare/growth.ts";
export {
  outlineSnapshot,
  prepareOutline,
  SnapshotOutline,
  type EarlierSnapshot,
} from "./compare/snapshot-outline.ts";
export { areCopies, prepareOrder, type SeriesOrder } from "./compare/series-order.ts";
export { prepareIdCheck, type IdCheck } from "./compare/id-check.ts";
export { findPlace, type FunctionPlace } from "./leaks/source-place.ts";
export { scriptPath } from "./passes/script-path.ts";
export { findLeaks, LeaksError, type FindLeaksOptions } from "./leaks/find-leaks.ts";
export { LeakOutline, prepareLeakOutline, type LeakOutlineOptions } from "./leaks/leak-outline.ts";
export { GROWTH_RULES, type GrowthRule } from "./leaks/growth-rules.ts";
export type { ContainerKind, IgnoredGrowth, LeakReport, Suspect, Verdict } from "./leaks/leak-report.ts";
export { LEAST_CONFIDENCE } from "./leaks/confidence.ts";
export { foldPath, type FoldedStep } from "./leaks/path-words.ts";
export { follow as followReference, nameObject } from "./leaks/node-words.ts";
export { findTableEntries, NO_EDGE, type TableEntries } from "./leaks/table-entries.ts";
export { mergePaths, mergingPaths, type PathBranch, type PathTree } from "./leaks/path-tree.ts";

export { isProfileStart, openProfile } from "./profile/open-profile.ts";
export { parseProfile } from "./profile/parse-profile.ts";
export {
  forEachCallee,
  type CallIndex,
  type FunctionIndex,
  type Profile,
  type ProfileFunction,
  type ProfileTree,
} from "./profile/profile.ts";
export { findCallers, type CallerRow } from "./profile/callers.ts";
