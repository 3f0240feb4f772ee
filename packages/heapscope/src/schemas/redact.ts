// The result of `heapscope redact`.

import { Type, type Static } from "typebox";

export const AuditLine = Type.Object({
  pattern: Type.String({ description: "name of the pattern; value: held by a name that says it is secret" }),
  texts: Type.Integer({ minimum: 0, description: "different texts" }),
  occurrences: Type.Integer({ minimum: 0, description: "matches in them" }),
  holders: Type.Array(Type.Object({ holder: Type.String(), count: Type.Integer({ minimum: 1 }) }), {
    description: "what holds them, by class and property; most first",
  }),
});
export type AuditLine = Static<typeof AuditLine>;

export const Redacted = Type.Object(
  {
    schema: Type.Literal("heapscope/redact@1"),
    file: Type.String(),
    mode: Type.String({ description: "strings or secrets" }),
    output: Type.Optional(
      Type.Object(
        {
          file: Type.String(),
          bytes: Type.Integer({ minimum: 0 }),
          sha256: Type.String(),
          record: Type.Optional(Type.String({ description: "the capture record, redacted, too" })),
        },
        { description: "missing if nothing was written" },
      ),
    ),
    strings: Type.Integer({ minimum: 0, description: "texts in the file" }),
    changed: Type.Integer({ minimum: 0, description: "texts that were, or would be, changed" }),
    characters: Type.Integer({ minimum: 0, description: "characters replaced" }),
    byPattern: Type.Record(Type.String(), Type.Integer({ minimum: 0 }), {
      description: "replacements by name of pattern; value: texts replaced as a whole",
    }),
    audit: Type.Optional(
      Type.Array(AuditLine, { description: "what looks secret in the file as it is; most texts first" }),
    ),
  },
  {
    $id: "heapscope/redact@1",
    title: "heapscope redact",
    description: "a snapshot without its secrets",
  },
);
export type Redacted = Static<typeof Redacted>;
