/**
 * From a drawing to an open snapshot, through the text of a real file and the engine's real reader.
 *
 *     const { snapshot, nodes } = await drawHeap(`
 *       global -cache-> cache:Map(32) -[0]-> entry:Entry(100)
 *     `);
 *     expect(snapshot.retainedSize[nodes.cache]).toBe(132);
 *
 * `parse-drawing.ts` describes the language.
 */
import { openSnapshot, type CaptureRecord, type HeapSnapshot } from "@heapscope/engine";
import { captureRecordOf } from "./capture-record.ts";
import { parseDrawing } from "./drawing/parse-drawing.ts";
import { formatHeap } from "./file/format-heap.ts";
import { layoutOf, type RuntimeName, type SnapshotLayout } from "./file/layout.ts";
import type { PlainHeap } from "./plain-heap.ts";

export interface DrawOptions {
  /** Whose file to imitate; Node 26 when not given. */
  runtime?: RuntimeName;
  /** A `.heaptimeline`: rows have a trace node id. */
  timeline?: boolean;
  /** The layout itself, instead of the two above. */
  layout?: SnapshotLayout;
  /** What a drawing has no words for: native bytes of the header, traced functions, samples. */
  rest?: Partial<Omit<PlainHeap, "nodes" | "root">>;
  /** Opens the snapshot with a capture record, which has these fields instead of the usual ones. */
  record?: Partial<CaptureRecord>;
}

export interface DrawnHeap {
  /** The file. */
  text: string;
  snapshot: HeapSnapshot;
  /** Node indexes by the drawing's names. */
  nodes: Record<string, number>;
  /** The model, for the naive definitions. */
  heap: PlainHeap;
}

/** Draws, writes, opens. Throws `DrawingError` for a drawing that cannot be read. */
export async function drawHeap(drawing: string, options: DrawOptions = {}): Promise<DrawnHeap> {
  const { heap, nodes } = parseDrawing(drawing);
  Object.assign(heap, options.rest);
  const layout =
    options.layout ?? layoutOf(options.runtime ?? "node-26", { timeline: options.timeline === true });
  const text = formatHeap(heap, layout);
  const captureRecord = options.record === undefined ? undefined : captureRecordOf(text, options.record);
  const snapshot = await openSnapshot(new TextEncoder().encode(text), { captureRecord });
  return { text, heap, nodes, snapshot };
}

/** The text of the file alone, for tests of readers and commands. */
export function drawFile(drawing: string, options: Omit<DrawOptions, "rest" | "record"> = {}): string {
  const layout =
    options.layout ?? layoutOf(options.runtime ?? "node-26", { timeline: options.timeline === true });
  return formatHeap(parseDrawing(drawing).heap, layout);
}
