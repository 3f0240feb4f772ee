/**
 * @heapscope/engine/cache: what is kept of snapshot files from one opening to the next. Apart from @heapscope/engine/node,
 * so that a summary that is known needs no engine.
 */
export {
  SnapshotCache,
  type KnownSummary,
  type Reading,
  type SnapshotCacheOptions,
} from "./snapshot-cache.ts";
export { summarize, type GroupSummary, type SnapshotSummary } from "./snapshot-summary.ts";
