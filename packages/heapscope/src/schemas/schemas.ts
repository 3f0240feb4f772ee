// All shapes of JSON that the program writes. Types of results are made from them, `heapscope schema` prints them, and the tests
// check real output against them. Loading this file loads typebox (0.1 s): only `heapscope schema` does, other code
// imports types.

import { Type, type Static, type TSchema } from "typebox";
import { Agents, AgentStatus } from "./agent-status.ts";
import { BaselineFile } from "./baseline.ts";
import { CaptureRecord } from "./capture-record.ts";
import { Capture } from "./capture.ts";
import { Check } from "./check.ts";
import { Diff } from "./diff.ts";
import { Dominators } from "./dominators.ts";
import { ErrorResult } from "./error.ts";
import { Leaks } from "./leaks.ts";
import { Objects } from "./object.ts";
import { Opened } from "./open.ts";
import { Paths } from "./path.ts";
import { Processes } from "./ps.ts";
import { Redacted } from "./redact.ts";
import { ReportFile } from "./report.ts";
import { Retainers } from "./retainers.ts";
import { Sample } from "./sample.ts";
import { Strings } from "./strings.ts";
import { Summary } from "./summary.ts";
import { Timeline } from "./timeline.ts";
import { Top } from "./top.ts";

export const SchemaList = Type.Object(
  {
    schema: Type.Literal("heapscope/schemas@1"),
    schemas: Type.Array(Type.Object({ name: Type.String(), id: Type.String(), description: Type.String() })),
  },
  {
    $id: "heapscope/schemas@1",
    title: "heapscope schema",
    description: "the shapes of JSON that the program writes",
  },
);
export type SchemaList = Static<typeof SchemaList>;

/** Every shape, by the name that `heapscope schema` takes. */
export const schemas: Readonly<Record<string, TSchema>> = {
  summary: Summary,
  diff: Diff,
  check: Check,
  object: Objects,
  retainers: Retainers,
  leaks: Leaks,
  baseline: BaselineFile,
  path: Paths,
  dominators: Dominators,
  strings: Strings,
  redact: Redacted,
  open: Opened,
  report: ReportFile,
  ps: Processes,
  "agent-status": AgentStatus,
  agents: Agents,
  "capture-record": CaptureRecord,
  top: Top,
  sample: Sample,
  timeline: Timeline,
  schemas: SchemaList,
  capture: Capture,
  error: ErrorResult,
};
