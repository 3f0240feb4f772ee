// The result of `heapscope diff`: the rows of DevTools' Comparison view.

import { Type, type Static } from "typebox";
import { ObjectLine } from "./heap-object.ts";
import { Snapshot } from "./snapshot.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });
const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });

export const GroupDiffLine = Type.Object({
  className: Type.String({ description: "the Constructor column of Chrome DevTools" }),
  key: Type.String({ description: "tells groups of one name apart; valid for these files only" }),
  added: count("objects that only the target has: # New"),
  removed: count("objects that only the base has: # Deleted"),
  countDelta: Type.Integer({ description: "added - removed: # Delta" }),
  addedSize: bytes("shallow size of the added objects: Alloc. size"),
  removedSize: bytes("shallow size of the removed objects: Freed size"),
  sizeDelta: Type.Number({ description: "addedSize - removedSize, in bytes: Size delta" }),
  addedRetainedSize: bytes("what the added objects retain in the target"),
});
export type GroupDiffLine = Static<typeof GroupDiffLine>;

export const Diff = Type.Object(
  {
    schema: Type.Literal("heapscope/diff@1"),
    base: Snapshot,
    target: Snapshot,
    matchedBy: Type.Union([Type.Literal("id"), Type.Literal("group")], {
      description:
        "id: object by object; group: the snapshots share no ids, so differences of counts and sizes only",
    }),
    idCheck: Type.Object(
      {
        comparable: Type.Boolean({ description: "an id names the same object in both snapshots" }),
        candidates: count("long-lived objects of the base"),
        common: count("of those, objects whose id the target has too"),
        agreeing: count("of those, objects with the same type and name there"),
        recorded: Type.Optional(
          Type.Union([Type.Literal("same"), Type.Literal("different")], {
            description: "what the capture records say about ids, if both snapshots have one",
          }),
        ),
        reason: Type.String({ description: "one sentence" }),
        note: Type.Optional(Type.String({ description: "what a capture record adds in its own words" })),
      },
      { description: "whether ids can be compared, and how that was found out" },
    ),
    sizeDelta: Type.Number({ description: "total size of the target minus that of the base, in bytes" }),
    filter: Type.Optional(Type.String({ description: "the filter, as given" })),
    groupCount: count("groups with a difference that match, printed or not"),
    added: count("objects added in them"),
    removed: count("objects removed in them"),
    addedSize: bytes("shallow size of the added objects"),
    removedSize: bytes("shallow size of the removed objects"),
    largest: Type.Optional(GroupDiffLine),
    groups: Type.Array(GroupDiffLine, { description: "sorted by addedSize unless --sort says otherwise" }),
    objects: Type.Optional(
      Type.Array(ObjectLine, {
        description:
          "with --filter: added objects of these groups, with their ids in the target, largest retained size first; 20 unless --limit says otherwise",
      }),
    ),
  },
  {
    $id: "heapscope/diff@1",
    title: "heapscope diff",
    description: "what changed between two snapshots, by constructor",
  },
);
export type Diff = Static<typeof Diff>;
