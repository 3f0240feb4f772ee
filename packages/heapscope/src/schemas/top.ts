// The result of `heapscope top`: a heap over time.

import { Type, type Static } from "typebox";
import { liveTargetFields } from "./live-target.ts";

const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });
const milliseconds = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}, in milliseconds` });

const CollectionCount = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  timeMs: milliseconds("how long the program stood still for them"),
});

const Collections = Type.Object({
  scavenge: CollectionCount,
  markCompact: CollectionCount,
  other: CollectionCount,
  longestMs: milliseconds("the longest single pause"),
});

export const HeapSampleLine = Type.Object({
  elapsedMs: milliseconds("since the beginning"),
  heapUsed: bytes("objects, and garbage that was not collected yet"),
  heapTotal: bytes("reserved for the heap"),
  heapLimit: Type.Optional(bytes("where V8 gives up")),
  usedAfterFull: Type.Optional(
    bytes("objects right after the last full collection since the sample before; missing without one"),
  ),
  external: Type.Optional(bytes("memory outside of the heap that objects hold, buffers included")),
  arrayBuffers: Type.Optional(bytes("buffers")),
  malloced: Type.Optional(bytes("what V8 allocated for its own work")),
  embedderUsed: Type.Optional(bytes("C++ objects of a page")),
  residentSize: Type.Optional(bytes("physical memory of the whole process")),
  allocatedTotal: Type.Optional(bytes("all that was ever allocated in the heap (Node 26 and later)")),
  nativeContexts: Type.Optional(Type.Integer({ minimum: 0 })),
  detachedContexts: Type.Optional(
    Type.Integer({ minimum: 0, description: "contexts that were given up and are still there" }),
  ),
  spaces: Type.Array(Type.Object({ name: Type.String(), used: bytes("in use"), size: bytes("reserved") }), {
    description: "V8's parts of the heap",
  }),
  collections: Type.Optional(Collections),
});
export type HeapSampleLine = Static<typeof HeapSampleLine>;

export const SizeTrend = Type.Object({
  first: bytes("at the beginning"),
  last: bytes("at the end"),
  perSecond: Type.Number({ description: "bytes per second, the slope of the line that fits best" }),
});
export type SizeTrend = Static<typeof SizeTrend>;

export const Top = Type.Object(
  {
    schema: Type.Literal("heapscope/top@1"),
    ...liveTargetFields,
    startedAt: Type.String({ description: "time of the first sample: ISO 8601, in UTC" }),
    intervalMs: milliseconds("from one sample to the next"),
    ended: Type.Optional(
      Type.Union(
        [Type.Literal("count"), Type.Literal("time"), Type.Literal("interrupt"), Type.Literal("target")],
        { description: "why it ended: the samples or the time asked for, Ctrl-C, or the process ended" },
      ),
    ),
    lateMs: Type.Optional(milliseconds("the process has owed an answer for so long")),
    samples: Type.Array(HeapSampleLine, { description: "collections are those since the sample before" }),
    growth: Type.Object(
      {
        durationMs: milliseconds("from the first sample to the last"),
        heapUsed: SizeTrend,
        usedAfterFull: Type.Optional(SizeTrend),
        residentSize: Type.Optional(SizeTrend),
        external: Type.Optional(SizeTrend),
        collections: Type.Optional(Collections),
      },
      { description: "what all samples come to; usedAfterFull needs two full collections" },
    ),
  },
  {
    $id: "heapscope/top@1",
    title: "heapscope top",
    description: "a heap over time, while the process works on",
  },
);
export type Top = Static<typeof Top>;
