// The result of `heapscope report`.

import { Type, type Static } from "typebox";
import { OpenedFile } from "./open.ts";

export const ReportFile = Type.Object(
  {
    schema: Type.Literal("heapscope/report@1"),
    files: Type.Array(OpenedFile, { description: "what the report is about" }),
    output: Type.Object({
      file: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String(),
    }),
    leftOut: Type.Integer({ minimum: 0, description: "answers that did not fit into --max-size" }),
  },
  {
    $id: "heapscope/report@1",
    title: "heapscope report",
    description: "one HTML file that shows what matters most of snapshots and profiles",
  },
);
export type ReportFile = Static<typeof ReportFile>;
