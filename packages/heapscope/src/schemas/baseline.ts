// The file of `--baseline`: leaks that are known and accepted for now. It is no command's result; people edit it.

import { Type, type Static } from "typebox";

export const BaselineEntry = Type.Object({
  signature: Type.String({
    minLength: 1,
    description: "of the suspect, as in the result of heapscope leaks",
  }),
  className: Type.String({ description: "what accumulates; for people" }),
  container: Type.String({ description: "what it accumulates in; for people" }),
  heldBy: Type.String({ description: "how the container is reached; for people" }),
  comment: Type.String({ description: "why it is accepted; kept when the file is updated" }),
});
export type BaselineEntry = Static<typeof BaselineEntry>;

export const BaselineFile = Type.Object(
  {
    schema: Type.Literal("heapscope/baseline@1"),
    accepted: Type.Array(BaselineEntry, { description: "ordered by signature" }),
  },
  {
    $id: "heapscope/baseline@1",
    title: "baseline",
    description: "known leaks that heapscope leaks --baseline and heapscope check --baseline accept",
  },
);
export type BaselineFile = Static<typeof BaselineFile>;
