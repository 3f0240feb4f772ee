/** @heapscope/wording/heap: what asks snapshots. Apart from the rest, so that a program that only needs words loads no engine. */
export { describeSuspect, prepareDescription } from "./leaks/describe-suspect.ts";
export { snapshotPlaces } from "./source-lookup.ts";
