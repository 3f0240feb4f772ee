// The result of `heapscope summary`: the groups of DevTools' Summary view, and its Statistics.

import { Type, type Static } from "typebox";
import { AllocatingFunction, Distance, ObjectLine, RetainedSize, ShallowSize } from "./heap-object.ts";
import { Snapshot, Statistics } from "./snapshot.ts";

export const GroupLine = Type.Object({
  className: Type.String({ description: "the Constructor column of Chrome DevTools" }),
  key: Type.String({ description: "tells groups of one name apart; valid for this file only" }),
  count: Type.Integer({ minimum: 0, description: "objects in the group" }),
  shallowSize: ShallowSize,
  retainedSize: RetainedSize,
  distance: Distance,
});
export type GroupLine = Static<typeof GroupLine>;

export const AllocationLine = Type.Intersect([
  AllocatingFunction,
  Type.Object({
    count: Type.Integer({ minimum: 0, description: "objects that the function allocated in the recording" }),
    size: Type.Number({ minimum: 0, description: "bytes of these objects" }),
    liveCount: Type.Integer({ minimum: 0, description: "those of them that are in the snapshot" }),
    liveSize: Type.Number({ minimum: 0, description: "bytes of those in the snapshot" }),
  }),
]);
export type AllocationLine = Static<typeof AllocationLine>;

export const Summary = Type.Object(
  {
    schema: Type.Literal("heapscope/summary@1"),
    snapshot: Snapshot,
    statistics: Statistics,
    filter: Type.Optional(Type.String({ description: "the filter, as given" })),
    groupCount: Type.Integer({ minimum: 0, description: "groups that match, printed or not" }),
    objectCount: Type.Integer({ minimum: 0, description: "objects in them" }),
    shallowSize: Type.Number({ minimum: 0, description: "bytes of these objects" }),
    largest: Type.Optional(GroupLine),
    groups: Type.Array(GroupLine, { description: "sorted by retained size unless --sort says otherwise" }),
    objects: Type.Optional(
      Type.Array(ObjectLine, {
        description:
          "with --filter: objects of these groups, largest retained size first; 20 unless --limit says otherwise",
      }),
    ),
    allocatingCount: Type.Optional(
      Type.Integer({ minimum: 1, description: "functions that allocated, printed or not" }),
    ),
    allocations: Type.Optional(
      Type.Array(AllocationLine, {
        description:
          "of a recording with allocation stacks: the functions that allocated, largest size first, whatever the filter",
      }),
    ),
  },
  {
    $id: "heapscope/summary@1",
    title: "heapscope summary",
    description: "objects of a snapshot by constructor",
  },
);
export type Summary = Static<typeof Summary>;
