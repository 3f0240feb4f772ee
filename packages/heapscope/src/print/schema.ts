// Prints the result of `heapscope schema`: a schema is JSON for people, too; the list is a table.

import type { SchemaList } from "../schemas/schemas.ts";
import type { Page } from "./page.ts";

export function printSchema(
  page: Page,
  result: SchemaList | object,
  input: { name: string | undefined },
): void {
  if (input.name !== undefined) {
    page.line(JSON.stringify(result, null, 2));
    return;
  }
  const { schemas } = result as SchemaList;
  page.answer(`${schemas.length} shapes of JSON; print one with: heapscope schema NAME`);
  page.line();
  page.table(
    [
      { title: "Name", align: "left", cell: ({ name }) => name },
      { title: "Schema", align: "left", cell: ({ id }) => id },
      {
        title: "What it is",
        align: "left",
        gives: true,
        cell: ({ description }) => [{ text: description, cut: "middle" }],
      },
    ],
    schemas,
  );
}
