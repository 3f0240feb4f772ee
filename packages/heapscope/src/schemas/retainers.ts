// The result of `heapscope retainers`: a tree of references, told the way from the object to what holds it.

import { Type, type Static } from "typebox";
import { Distance, ObjectId, ObjectName, ReferenceLabel, RetainedSize, ShallowSize } from "./heap-object.ts";

/** One reference to an object, with the object that holds it. */
const Retainer = Type.Cyclic(
  {
    Retainer: Type.Object({
      id: ObjectId,
      name: Type.String({ description: "display name of the retainer" }),
      type: Type.String({ description: "V8's node type of the retainer" }),
      edge: Type.Object(
        { type: Type.String(), name: Type.Union([Type.String(), Type.Integer()]), label: ReferenceLabel },
        { description: "the reference by which it holds the object" },
      ),
      distance: Distance,
      shallowSize: ShallowSize,
      retainedSize: RetainedSize,
      repeated: Type.Optional(
        Type.Boolean({ description: "it stands further up in this branch, so it is not followed again" }),
      ),
      omitted: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: "own retainers that were left out, by --limit or because the tree has grown too large",
        }),
      ),
      retainers: Type.Optional(
        Type.Array(Type.Ref("Retainer"), { description: "its own retainers, where they were asked for" }),
      ),
    }),
  },
  "Retainer",
);

export const Retainers = Type.Object(
  {
    schema: Type.Literal("heapscope/retainers@1"),
    object: ObjectName,
    retainerCount: Type.Integer({ minimum: 0, description: "retainers of the object, printed or not" }),
    retainers: Type.Array(Retainer, { description: "in the order of the Retainers pane of Chrome DevTools" }),
  },
  { $id: "heapscope/retainers@1", title: "heapscope retainers", description: "what holds an object" },
);
export type Retainers = Static<typeof Retainers>;
export type RetainerLine = Retainers["retainers"][number];
