/**
 * One small value that differs when any important answer about a snapshot differs: for asking the same engine the same
 * things in Node and in browsers.
 */
import type { ColumnName, HeapObject, HeapSnapshot } from "@heapscope/engine";

/** Plain data, fit to be sent between threads. */
export interface SnapshotMeasures {
  readonly totalSize: number;
  readonly statistics: HeapSnapshot["statistics"];
  /** The first 20. */
  readonly groups: readonly GroupMeasures[];
  /** Column -> checksum of all its bytes. */
  readonly checksums: Readonly<Record<"shallowSize" | "retainedSize" | "distance" | "dominator", number>>;
  /** From a root to the farthest object that a user root reaches, one step a line. */
  readonly path: readonly string[];
}

export interface GroupMeasures {
  readonly className: string;
  readonly key: string;
  readonly count: number;
  readonly shallowSize: number;
  readonly retainedSize: number;
  readonly distance: number;
}

/** What `measureSnapshot` reads, to be computed ahead. */
export const measuredColumns: readonly ColumnName[] = ["groups", "statistics", "dominator", "retainers"];

export function measureSnapshot(snapshot: HeapSnapshot): SnapshotMeasures {
  const { shallowSize, retainedSize, distance, dominator } = snapshot;
  return {
    totalSize: snapshot.totalSize,
    statistics: snapshot.statistics,
    groups: snapshot.groups.slice(0, 20).map((group) => ({
      className: group.className,
      key: group.key,
      count: group.count,
      shallowSize: group.shallowSize,
      retainedSize: group.retainedSize,
      distance: group.distance,
    })),
    checksums: {
      shallowSize: checksum(shallowSize),
      retainedSize: checksum(retainedSize),
      distance: checksum(distance),
      dominator: checksum(dominator),
    },
    path: pathOfFarthest(snapshot),
  };
}

/** FNV-1a, 32 bits. */
function checksum(column: ArrayBufferView): number {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
    hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function pathOfFarthest(snapshot: HeapSnapshot): string[] {
  let farthest: HeapObject | undefined;
  for (let node = 0; node < snapshot.graph.nodeCount; node++) {
    const object = snapshot.object(node);
    if (object.isReachableByUser && object.distance > (farthest?.distance ?? -1)) farthest = object;
  }
  const [path = []] = farthest?.paths() ?? [];
  return path.map(({ edge, object }) => `${edge.description} ${object.name} @${object.id}`);
}
