// What a command prints with --json when it fails.

import { Type, type Static } from "typebox";

export const ErrorResult = Type.Object(
  {
    schema: Type.Literal("heapscope/error@1"),
    error: Type.Object({
      code: Type.String({ description: "stable name of the kind of failure" }),
      message: Type.String({ description: "one sentence with the cause and the remedy" }),
      detail: Type.Optional(Type.Object({}, { description: "facts for programs" })),
    }),
  },
  {
    $id: "heapscope/error@1",
    title: "error",
    description: "what every command prints with --json when it fails (exit code 2)",
  },
);
export type ErrorResult = Static<typeof ErrorResult>;
