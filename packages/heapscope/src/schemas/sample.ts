// The result of `heapscope sample`: which functions allocate.

import { Type, type Static } from "typebox";
import { SourceLocation } from "./heap-object.ts";
import { liveTargetFields } from "./live-target.ts";

const FunctionName = Type.String({
  description: "empty for an anonymous function; in parentheses what is no function: (V8 API)",
});

/** A function on whose behalf another one allocated. */
const Caller = Type.Cyclic(
  {
    Caller: Type.Object({
      function: FunctionName,
      source: Type.Optional(SourceLocation),
      size: Type.Number({ minimum: 0, description: "estimated bytes that were allocated on its behalf" }),
      callers: Type.Optional(
        Type.Array(Type.Ref("Caller"), { description: "its own callers, as far as --depth goes" }),
      ),
    }),
  },
  "Caller",
);
export type CallerLine = Static<typeof Caller>;

export const SampledSiteLine = Type.Object({
  function: FunctionName,
  source: Type.Optional(SourceLocation),
  selfSize: Type.Number({ minimum: 0, description: "estimated bytes that it allocated itself" }),
  share: Type.Number({ minimum: 0, maximum: 1, description: "part of the total size" }),
  sampleCount: Type.Integer({ minimum: 0, description: "samples that the estimate is made from" }),
  callers: Type.Array(Caller, { description: "who called it, largest size first" }),
});
export type SampledSiteLine = Static<typeof SampledSiteLine>;

export const Sample = Type.Object(
  {
    schema: Type.Literal("heapscope/sample@1"),
    ...liveTargetFields,
    file: Type.String({ description: "absolute; a .heapprofile" }),
    bytes: Type.Integer({ minimum: 0, description: "length of the file" }),
    durationMs: Type.Number({
      minimum: 0,
      description: "how long allocations were sampled, in milliseconds",
    }),
    intervalBytes: Type.Integer({ minimum: 1, description: "bytes between two samples, on average" }),
    includeCollected: Type.Boolean({
      description: "with what was collected meanwhile; else only what was alive at the end",
    }),
    totalSize: Type.Number({ minimum: 0, description: "estimated bytes of all allocations" }),
    sampleCount: Type.Integer({ minimum: 0 }),
    siteCount: Type.Integer({ minimum: 0, description: "functions that allocated, printed or not" }),
    sites: Type.Array(SampledSiteLine, { description: "functions that allocated, largest first" }),
  },
  {
    $id: "heapscope/sample@1",
    title: "heapscope sample",
    description: "which functions allocate, by a sample",
  },
);
export type Sample = Static<typeof Sample>;
