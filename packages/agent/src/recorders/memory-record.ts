// The cheap record: how much memory there is and who has it, without a graph. It always fits, since it takes no memory to
// speak of: V8's spaces, the resident set, buffers, what keeps the event loop alive by kind, the container's limits, and, in
// a small heap, how many objects of common classes there are. Counting collects garbage and looks at every object for each
// class (20 ms for 5 MB), so that large heaps are not counted, and counting ends after 300 ms.
//
// Cost: 1 ms, and the counting.

import v8 from "node:v8";
import type { CapturedFile } from "../api.ts";
import { readContainer } from "../preflight/preflight.ts";
import { describeHeap, describeProcess, MAIN_THREAD, recordFile } from "./record-file.ts";
import type { RecordContext } from "./recorder.ts";

const COUNTABLE_HEAP = 32e6;
const COUNTING_MS = 300;
/** In this order: what leaks are made of. */
const CLASSES: readonly (new (...of: never[]) => object)[] = [
  Array,
  Map,
  Set,
  Promise,
  Uint8Array,
  ArrayBuffer,
  Error,
  Date,
  RegExp,
  WeakMap,
];

export async function recordMemory(context: RecordContext): Promise<CapturedFile[]> {
  const { id, trigger, request, thread, preflight } = context;
  const record = {
    schema: "heapscope/memory-record@1",
    id,
    trigger,
    label: request.label,
    capturedAt: new Date().toISOString(),
    tool: thread.tool,
    target: { ...describeProcess(), thread: MAIN_THREAD },
    heap: describeHeap(),
    container: readContainer(),
    snapshot: preflight,
    resources: countNames(process.getActiveResourcesInfo()),
    workers: thread.workers.size,
    classes: countClasses(),
  };
  return [
    await recordFile(context, MAIN_THREAD, async (write) => {
      write(JSON.stringify(record, undefined, 1));
      return undefined;
    }),
  ];
}

function countNames(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** How many objects inherit from each class. Node 20 and later. */
function countClasses(): Record<string, number> | undefined {
  const { queryObjects } = v8 as { queryObjects?: (of: object, options: { format: "count" }) => number };
  if (!queryObjects || v8.getHeapStatistics().used_heap_size > COUNTABLE_HEAP) return undefined;
  const endAt = performance.now() + COUNTING_MS;
  const counts: Record<string, number> = {};
  // That the function is experimental is nothing that the service's log must hear of.
  const { emitWarning } = process as unknown as { emitWarning: () => void };
  process.emitWarning = () => {};
  try {
    for (const each of CLASSES) {
      if (performance.now() > endAt) break;
      counts[each.name] = queryObjects(each, { format: "count" });
    }
  } finally {
    process.emitWarning = emitWarning;
  }
  return counts;
}
