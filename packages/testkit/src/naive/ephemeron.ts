/** The label by which V8 marks both edges of a WeakMap entry. */
import type { PlainEdge } from "../plain-heap.ts";

/** `pair` is equal for the two edges of one entry; `tableId` is the id of the node that is the table. */
export interface EphemeronLabel {
  pair: string;
  tableId: number;
}

/** What the label says; `undefined` for every other edge. */
export function parseEphemeron(edge: PlainEdge): EphemeronLabel | undefined {
  if (edge.type !== "internal") return undefined;
  const match =
    /^\d+( \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$/.exec(
      String(edge.name),
    );
  return match === null ? undefined : { pair: match[1]!, tableId: Number(match[2]) };
}
