/**
 * @heapscope/wording: what a person reads, the same in the command and in the viewer: numbers by DevTools' rules, names made
 * safe to show, filters of names, and what the search for leaks has found in sentences. Runs everywhere; private.
 */
export {
  formatCount,
  formatDistance,
  formatDuration,
  formatPercent,
  formatQuantity,
  formatRate,
  formatSigned,
  formatSize,
  isRoot,
} from "./format-number.ts";
export { escapeJson, escapeText } from "./escape-text.ts";
export { classLabel, functionLabel, objectHandle, objectLabel } from "./object-label.ts";
export { exactNameFilter, NameFilterError, parseNameFilter, type NameFilter } from "./name-filter.ts";
export { formatPlace, type Place, type SourceLookup } from "./place.ts";
export type { LeakObject, LeakPathStep, PathBranchLine, SuspectLine } from "./leaks/suspect-line.ts";
export {
  describeContainer,
  describeEntries,
  describeGrowth,
  explainVerdict,
  formatRuleNames,
  groupName,
  summarize,
  type GrowthFacts,
  type VerdictFacts,
  type VerdictWords,
} from "./leaks/verdict-words.ts";
