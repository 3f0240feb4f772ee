// The result of `heapscope strings --duplicates`.

import { Type, type Static } from "typebox";

export const DuplicateLine = Type.Object({
  value: Type.String({ description: "the text; V8 keeps at most 1,024 characters of it in the file" }),
  count: Type.Integer({ minimum: 2, description: "strings with this text" }),
  shallowSize: Type.Number({ minimum: 0, description: "bytes of all of them" }),
  retainedSize: Type.Number({ minimum: 0, description: "bytes that all of them retain" }),
  truncated: Type.Boolean({ description: "equal in what the file has of them; they may differ beyond it" }),
  ids: Type.Array(Type.Integer({ minimum: 0 }), { description: "some of the strings" }),
});
export type DuplicateLine = Static<typeof DuplicateLine>;

export const Strings = Type.Object(
  {
    schema: Type.Literal("heapscope/strings@1"),
    groupCount: Type.Integer({ minimum: 0, description: "texts that occur more than once, printed or not" }),
    count: Type.Integer({ minimum: 0, description: "strings with these texts" }),
    shallowSize: Type.Number({ minimum: 0, description: "bytes of these strings" }),
    wastedSize: Type.Number({
      minimum: 0,
      description: "bytes that would be saved with one string for each text",
    }),
    groups: Type.Array(DuplicateLine, { description: "largest retained size first" }),
  },
  {
    $id: "heapscope/strings@1",
    title: "heapscope strings --duplicates",
    description: "texts that are kept many times",
  },
);
export type Strings = Static<typeof Strings>;
