// The result of `heapscope dominators`: a part of the dominator tree, from an object downwards.

import { Type, type Static } from "typebox";
import { ObjectId, ObjectName, RetainedSize, ShallowSize } from "./heap-object.ts";

/** One object of the dominator tree. */
const Dominated = Type.Cyclic(
  {
    Dominated: Type.Object({
      id: ObjectId,
      name: Type.String(),
      className: Type.String(),
      type: Type.String({ description: "V8's node type" }),
      retainedSize: RetainedSize,
      shallowSize: ShallowSize,
      share: Type.Number({
        minimum: 0,
        description: "retained size as a part of the snapshot's total size, 0 to 1",
      }),
      childCount: Type.Integer({ minimum: 0, description: "its own children, printed or not" }),
      objects: Type.Optional(
        Type.Array(Type.Ref("Dominated"), {
          description: "those of its children that are at least 1 % of the first object",
        }),
      ),
    }),
  },
  "Dominated",
);

export const Dominators = Type.Object(
  {
    schema: Type.Literal("heapscope/dominators@1"),
    object: Type.Intersect([ObjectName, Type.Object({ retainedSize: RetainedSize })]),
    totalSize: Type.Number({ minimum: 0, description: "bytes of the whole snapshot" }),
    childCount: Type.Integer({ minimum: 0, description: "children of the object, printed or not" }),
    objects: Type.Array(Dominated, {
      description:
        "children in the dominator tree, largest first: with the object, all of them would be freed",
    }),
  },
  {
    $id: "heapscope/dominators@1",
    title: "heapscope dominators",
    description: "what would be freed with an object",
  },
);
export type Dominators = Static<typeof Dominators>;
export type DominatedLine = Dominators["objects"][number];
