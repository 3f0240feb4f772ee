// The result of `heapscope path`: ways from the GC roots to an object.

import { Type, type Static } from "typebox";
import {
  Distance,
  ObjectId,
  ObjectName,
  ReferenceLabel,
  RetainedSize,
  SourceLocation,
} from "./heap-object.ts";

export const PathStepLine = Type.Object({
  edge: ReferenceLabel,
  node: Type.String({ description: "display name of what it leads to" }),
  id: ObjectId,
  className: Type.String(),
  type: Type.String({ description: "V8's node type" }),
  retainedSize: RetainedSize,
  distance: Distance,
  location: Type.Optional(SourceLocation),
});
export type PathStepLine = Static<typeof PathStepLine>;

export const Paths = Type.Object(
  {
    schema: Type.Literal("heapscope/path@1"),
    object: Type.Intersect([ObjectName, Type.Object({ distance: Distance })]),
    paths: Type.Array(Type.Array(PathStepLine), {
      description:
        "each from a GC root to the object, the shortest first; empty when nothing holds the object",
    }),
    more: Type.Boolean({
      description: "there may be more paths than these: --all, --limit or the search itself left some out",
    }),
  },
  { $id: "heapscope/path@1", title: "heapscope path", description: "why an object is still there" },
);
export type Paths = Static<typeof Paths>;
