// `heapscope schema`: the JSON Schemas of the machine output, and of the record that a capture leaves beside its file.

import { defineCommand, type Command } from "../command.ts";
import { optionalWord } from "../parameters.ts";
import type { SchemaList } from "../schemas/schemas.ts";

/** As in schemas/schemas.ts, which is loaded only when one is printed; a test holds the two together. */
export const schemaNames = [
  "summary",
  "diff",
  "leaks",
  "baseline",
  "check",
  "object",
  "retainers",
  "path",
  "dominators",
  "strings",
  "redact",
  "open",
  "report",
  "ps",
  "agent-status",
  "agents",
  "capture",
  "capture-record",
  "top",
  "sample",
  "timeline",
  "schemas",
  "error",
] as const;

export const schema: Command = defineCommand({
  name: "schema",
  summary: "the JSON Schemas of what --json prints",
  description:
    "Prints the JSON Schema of a result, or without NAME a list of them. Also of FILE.json, the record\n" +
    "that a capture leaves beside its file.",
  group: "The program:",
  arguments: { name: optionalWord("NAME", schemaNames, "the result, named as its command") },
  options: {},
  examples: [
    { line: "schema", meaning: "the list" },
    { line: "schema summary > summary.schema.json", meaning: "one schema" },
  ],
  async run(_context, input): Promise<SchemaList | object> {
    const { schemas } = await import("../schemas/schemas.ts");
    if (input.name !== undefined) {
      return { $schema: "https://json-schema.org/draft/2020-12/schema", ...schemas[input.name] };
    }
    return {
      schema: "heapscope/schemas@1",
      schemas: Object.entries(schemas).map(([name, document]) => {
        const { $id, title, description } = document as Readonly<Record<string, unknown>>;
        return { name, id: String($id), description: `${String(title)}: ${String(description)}` };
      }),
    };
  },
  print: async () => (await import("../print/schema.ts")).printSchema,
});
