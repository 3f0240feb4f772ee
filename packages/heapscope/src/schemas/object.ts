// The result of `heapscope object`: objects with what they refer to.

import { Type, type Static } from "typebox";
import {
  AllocatingFunction,
  ObjectId,
  ObjectLine,
  ObjectName,
  ReferenceLabel,
  SourceLocation,
} from "./heap-object.ts";

export const FieldLine = Type.Object({
  type: Type.String({
    description: "V8's edge type: property, element, context, internal, hidden, shortcut, weak",
  }),
  name: Type.Union([Type.String(), Type.Integer()], { description: "a name, or an index" }),
  label: ReferenceLabel,
  id: ObjectId,
  node: Type.String({ description: "display name of what it leads to" }),
  nodeType: Type.String({ description: "V8's node type of what it leads to" }),
  shallowSize: Type.Number({ minimum: 0 }),
  retainedSize: Type.Number({ minimum: 0 }),
});
export type FieldLine = Static<typeof FieldLine>;

export const ObjectDetails = Type.Intersect([
  ObjectLine,
  Type.Object({
    dominator: Type.Union([ObjectId, Type.Null()], {
      description: "the object without which this one would be freed; null for the root",
    }),
    dominatedBy: Type.Optional(ObjectName),
    detachedness: Type.Union([Type.Literal("unknown"), Type.Literal("attached"), Type.Literal("detached")]),
    location: Type.Optional(SourceLocation),
    allocationStack: Type.Optional(
      Type.Array(AllocatingFunction, {
        description: "functions that were running when it was allocated, innermost first, where recorded",
      }),
    ),
    edgeCount: Type.Integer({ minimum: 0, description: "references of the object, printed or not" }),
    edges: Type.Array(FieldLine),
  }),
]);
export type ObjectDetails = Static<typeof ObjectDetails>;

export const Objects = Type.Object(
  {
    schema: Type.Literal("heapscope/object@1"),
    objects: Type.Array(ObjectDetails, { description: "in the order of the command line" }),
    totalSize: Type.Number({ minimum: 0, description: "bytes of the whole snapshot" }),
  },
  { $id: "heapscope/object@1", title: "heapscope object", description: "objects with their fields" },
);
export type Objects = Static<typeof Objects>;
