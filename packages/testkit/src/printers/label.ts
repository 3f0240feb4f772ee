/** How printed results name a node: as the drawing does, or by display name and id where there is no drawing. */
import type { HeapSnapshot } from "@heapscope/engine";

/** What `drawHeap` returns, or any open snapshot. */
export interface Printable {
  snapshot: HeapSnapshot;
  /** Node indexes by the drawing's names. */
  nodes?: Record<string, number>;
}

/** Names nodes of one snapshot. */
export function labelNodes({ snapshot, nodes = {} }: Printable): (node: number) => string {
  const names = new Map(Object.entries(nodes).map(([name, node]) => [node, name]));
  return (node) => names.get(node) ?? `${snapshot.object(node).name} @${snapshot.object(node).id}`;
}

/** A distance as a person reads it: `-` for unreachable, `system+2` for what only the system holds. */
export function formatDistance(distance: number): string {
  if (distance < 0) return "-";
  if (distance < 100_000_000) return String(distance);
  return distance === 100_000_000 ? "system" : `system+${distance - 100_000_000}`;
}

/** Rows as text columns, the first aligned left, the others right, two spaces apart. */
export function formatColumns(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = cells.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  const line = (row: string[]) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)));
  return cells.map((row) => line(row).join("  ").trimEnd()).join("\n");
}
