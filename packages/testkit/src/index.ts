/**
 * What tests draw heaps with, print results with, and compare results with.
 *
 * Never imported by anything that ships.
 */
export { captureRecordOf } from "./capture-record.ts";
export { drawFile, drawHeap, type DrawnHeap, type DrawOptions } from "./draw-heap.ts";
export { formatDrawing } from "./drawing/format-drawing.ts";
export { DrawingError, parseDrawing, type Drawing } from "./drawing/parse-drawing.ts";
export { toDsl, type NeighbourhoodOptions } from "./drawing/to-dsl.ts";
export { chunksOf, splitAt } from "./file/chunks.ts";
export { compareReaders, firstDifference, type Verdict } from "./file/compare-readers.ts";
export { encodeHeap, formatHeap } from "./file/format-heap.ts";
export {
  layoutOf,
  runtimeNames,
  withoutDetachedness,
  type RuntimeName,
  type SnapshotLayout,
} from "./file/layout.ts";
export {
  NotASnapshotError,
  parseWithJson,
  plainHeapOf,
  tablesOf,
  type SnapshotTables,
} from "./file/parse-with-json.ts";
export { fuzz, fuzzCase, type FuzzOptions, type FuzzReport } from "./fuzz.ts";
export { checkInvariants } from "./check-invariants.ts";
export * as naive from "./naive/index.ts";
export {
  clonePlainHeap,
  ephemeronLabel,
  plainHeap,
  plainNode,
  type PlainEdge,
  type PlainHeap,
  type PlainLocation,
  type PlainNode,
  type PlainTraceFunction,
  type PlainTraceNode,
} from "./plain-heap.ts";
export { formatDistance, type Printable } from "./printers/label.ts";
export { printDiff } from "./printers/print-diff.ts";
export { printDistances } from "./printers/print-distances.ts";
export { printDominators } from "./printers/print-dominators.ts";
export { printGroups } from "./printers/print-groups.ts";
export { printPath, printPaths } from "./printers/print-paths.ts";
export { printRetainers } from "./printers/print-retainers.ts";
export { arbitraryFileHeap, arbitraryFileText } from "./random/arbitrary-file.ts";
export { arbitraryHeap, arbitraryLayout, arbitraryPair } from "./random/arbitrary-heap.ts";
export { arbitraryTimeline } from "./random/arbitrary-timeline.ts";
export { forEveryHeap, forEveryPair, openHeap, type RandomHeap } from "./random/for-every-heap.ts";
export { mutate } from "./random/mutate.ts";
export { runParameters } from "./random/run-parameters.ts";
export { drawFrom, writeOddly, type Draw } from "./random/write-oddly.ts";
