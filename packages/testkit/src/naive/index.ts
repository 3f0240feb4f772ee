/**
 * The naive twins of the engine's passes: ten-line definitions over a plain heap, written from DevTools' rules and not
 * from the engine. All but `propagateDetachedness` take the heap that it returns (nodes renamed, states known).
 */
export {
  allocationCallers,
  allocationSites,
  allocationStack,
  timelineBars,
  type NaiveSite,
} from "./allocations.ts";
export { classKeys, classNames, inferInterfaces, type InterfaceDefinition } from "./classes.ts";
export { compareHeaps, type NaiveDiff } from "./comparison.ts";
export { propagateDetachedness } from "./detachedness.ts";
export { distances, systemDistance, unreachable } from "./distances.ts";
export { dominatedSets, immediateDominators } from "./dominators.ts";
export { duplicateStrings, type NaiveDuplicates } from "./duplicate-strings.ts";
export { parseEphemeron, type EphemeronLabel } from "./ephemeron.ts";
export { essentialEdges } from "./essential-edges.ts";
export { groupByClass, type NaiveGroup } from "./groups.ts";
export { displayNames, edgeName } from "./names.ts";
export { isNativeContext, nativeContexts, noContext, sharedContext } from "./native-contexts.ts";
export { filterNodes } from "./node-filters.ts";
export { findReachable, type EdgeTest } from "./reachable.ts";
export { incomingEdges, retainersPane, type NaiveRetainer } from "./retainers.ts";
export { findPageObjects, findUserRoots } from "./roots.ts";
export { searchNodes } from "./search.ts";
export { retainedSizes, shallowSizes, totalSize } from "./sizes.ts";
export { statistics, type NaiveStatistics } from "./statistics.ts";
