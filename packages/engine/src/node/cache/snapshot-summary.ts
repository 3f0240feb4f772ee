/**
 * What the summary of a snapshot tells, without the snapshot: its counts, statistics, groups and allocating functions.
 * Some 100 bytes a group, so that a file of any size has a small one.
 *
 * As bytes it is JSON, with fields in the order in which results have them: numbers and texts come back exactly as they were (texts with half a surrogate pair, too).
 */
import type { AllocationSite, Group, HeapSnapshot, Statistics } from "@heapscope/engine";

/** A `Group` without its members. */
export type GroupSummary = Pick<
  Group,
  "className" | "key" | "count" | "shallowSize" | "retainedSize" | "distance"
>;

export interface SnapshotSummary {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly stringCount: number;
  /** See `HeapSnapshot.totalSize`. */
  readonly totalSize: number;
  readonly extraNativeBytes: number;
  readonly statistics: Statistics;
  /** In the order of `HeapSnapshot.groups`. */
  readonly groups: readonly GroupSummary[];
  /** See `AllocationTable.sites`; empty when the file has none. */
  readonly sites: readonly AllocationSite[];
}

/** **Cost**: computes groups, statistics and allocations, if they are not there; then O(groups). */
export function summarize(snapshot: HeapSnapshot): SnapshotSummary {
  const { header, graph, strings, totalSize, statistics } = snapshot;
  return {
    nodeCount: graph.nodeCount,
    edgeCount: graph.edgeCount,
    stringCount: strings.length,
    totalSize,
    extraNativeBytes: header.extraNativeBytes,
    statistics,
    groups: snapshot.groups.map(pickGroup),
    sites: snapshot.allocations?.sites ?? [],
  };
}

function pickGroup({ className, key, count, shallowSize, retainedSize, distance }: Group): GroupSummary {
  return { className, key, count, shallowSize, retainedSize, distance };
}

export function encodeSummary(summary: SnapshotSummary): Buffer {
  return Buffer.from(JSON.stringify(summary));
}

/** The summary; `undefined` when the bytes are none, whatever else they may be. Never throws. */
export function decodeSummary(bytes: Buffer): SnapshotSummary | undefined {
  try {
    return readSummary(JSON.parse(bytes.toString("utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof MismatchError) return undefined;
    throw error;
  }
}

/** A value is not what a summary has in its place. Caught above. */
class MismatchError extends Error {}

function readSummary(value: unknown): SnapshotSummary {
  const all = object(value);
  return {
    nodeCount: amount(all["nodeCount"]),
    edgeCount: amount(all["edgeCount"]),
    stringCount: amount(all["stringCount"]),
    totalSize: amount(all["totalSize"]),
    extraNativeBytes: amount(all["extraNativeBytes"]),
    statistics: readStatistics(all["statistics"]),
    groups: list(all["groups"]).map(readGroup),
    sites: list(all["sites"]).map(readSite),
  };
}

function readStatistics(value: unknown): Statistics {
  const { total, native: outsideHeap, v8heap } = object(value);
  const outside = object(outsideHeap);
  const inside = object(v8heap);
  return {
    total: number(total),
    native: { total: number(outside["total"]), typedArrays: number(outside["typedArrays"]) },
    v8heap: {
      total: number(inside["total"]),
      code: number(inside["code"]),
      strings: number(inside["strings"]),
      jsArrays: number(inside["jsArrays"]),
      system: number(inside["system"]),
    },
  };
}

function readGroup(value: unknown): GroupSummary {
  const { className, key, count, shallowSize, retainedSize, distance } = object(value);
  return {
    className: text(className),
    key: text(key),
    count: amount(count),
    shallowSize: amount(shallowSize),
    retainedSize: amount(retainedSize),
    distance: number(distance),
  };
}

function readSite(value: unknown): AllocationSite {
  const { name, scriptName, scriptId, line, column, count, size, liveCount, liveSize } = object(value);
  return {
    name: text(name),
    scriptName: text(scriptName),
    scriptId: number(scriptId),
    line: number(line),
    column: number(column),
    count: amount(count),
    size: amount(size),
    liveCount: amount(liveCount),
    liveSize: amount(liveSize),
  };
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new MismatchError();
  return value as Record<string, unknown>;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new MismatchError();
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new MismatchError();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new MismatchError();
  return value;
}

/** A count or bytes. */
function amount(value: unknown): number {
  if (number(value) < 0) throw new MismatchError();
  return value as number;
}
