// The fields that name an object and measure it, in every result.

import { Type, type Static } from "typebox";

export const ObjectId = Type.Integer({
  minimum: 0,
  description: "V8's id of the object: the @id that other commands take; valid for this file only",
});

export const Distance = Type.Integer({
  description:
    "references from the GC roots; below 0: reachable from none; 100000000 and more: from the engine alone",
});

export const ShallowSize = Type.Number({ minimum: 0, description: "bytes of the object itself" });
export const RetainedSize = Type.Number({ minimum: 0, description: "bytes that would be freed with it" });

/** An object as it stands in lists. */
export const ObjectLine = Type.Object({
  id: ObjectId,
  name: Type.String({ description: "the display name of Chrome DevTools" }),
  className: Type.String({ description: "the constructor, or a name in parentheses for what has none" }),
  type: Type.String({ description: "V8's node type" }),
  shallowSize: ShallowSize,
  retainedSize: RetainedSize,
  distance: Distance,
});
export type ObjectLine = Static<typeof ObjectLine>;

/** An object where only its name matters. */
export const ObjectName = Type.Object({ id: ObjectId, name: Type.String(), type: Type.String() });
export type ObjectName = Static<typeof ObjectName>;

export const SourceLocation = Type.String({
  description:
    "file:line:column of the function, or of the constructor of the object, both counted from 1; in the author's " +
    "file where a source map leads there",
});

/** A function on the stack of an allocation. */
export const AllocatingFunction = Type.Object({
  function: Type.String({ description: "name of the function; empty for an anonymous one" }),
  source: Type.Optional(
    Type.String({
      description:
        "file:line:column where the function is written, both counted from 1; in the author's file where a source map leads " +
        "there",
    }),
  ),
});
export type AllocatingFunction = Static<typeof AllocatingFunction>;

export const ReferenceLabel = Type.String({
  description: "the reference as a person would write it: .name, [3], (closure scope).name, (table)",
});
