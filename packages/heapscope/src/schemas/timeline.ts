// The result of `heapscope timeline`: what was made while it recorded, and is alive.

import { Type, type Static } from "typebox";
import { liveTargetFields } from "./live-target.ts";
import { AllocationLine } from "./summary.ts";

const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });
const milliseconds = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}, in milliseconds` });

export const MadeGroupLine = Type.Object({
  className: Type.String({ description: "the Constructor column of Chrome DevTools" }),
  key: Type.String({ description: "tells groups of one name apart; valid for this file only" }),
  count: Type.Integer({ minimum: 1, description: "objects made while it recorded that are alive" }),
  shallowSize: bytes("these objects themselves"),
});
export type MadeGroupLine = Static<typeof MadeGroupLine>;

export const IntervalLine = Type.Object({
  endMs: milliseconds("since the recording began"),
  liveSize: bytes("objects made since the interval before that are alive at the end"),
});
export type IntervalLine = Static<typeof IntervalLine>;

export const Timeline = Type.Object(
  {
    schema: Type.Literal("heapscope/timeline@1"),
    ...liveTargetFields,
    file: Type.String({ description: "absolute; a .heaptimeline" }),
    bytes: bytes("length of the file"),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "of these bytes" }),
    nodeCount: Type.Integer({ minimum: 0, description: "objects in the file" }),
    edgeCount: Type.Integer({ minimum: 0, description: "references in the file" }),
    stacks: Type.Boolean({ description: "with allocation stacks" }),
    recordedMs: milliseconds("how long allocations were recorded"),
    durationMs: milliseconds("from the end of the recording until the file was whole"),
    liveCount: Type.Integer({ minimum: 0, description: "objects made while it recorded that are alive" }),
    liveSize: bytes("these objects themselves"),
    intervals: Type.Array(IntervalLine, {
      description: "one for each update of the engine, some 50 ms apart",
    }),
    groupCount: Type.Integer({ minimum: 0, description: "constructors of these objects, printed or not" }),
    groups: Type.Array(MadeGroupLine, { description: "largest shallow size first" }),
    allocatingCount: Type.Optional(
      Type.Integer({ minimum: 0, description: "functions that allocated, printed or not" }),
    ),
    allocations: Type.Optional(
      Type.Array(AllocationLine, {
        description: "with stacks: the functions that allocated, largest live size first",
      }),
    ),
  },
  {
    $id: "heapscope/timeline@1",
    title: "heapscope timeline",
    description: "objects made while it recorded, by the time and the function that made them",
  },
);
export type Timeline = Static<typeof Timeline>;
