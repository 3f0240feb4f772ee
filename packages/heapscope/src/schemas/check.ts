// The result of `heapscope check`: which of the rules that were asked for the snapshots keep.

import { Type, type Static } from "typebox";
import { SourceLocation } from "./heap-object.ts";
import { SuspectLine } from "./leaks.ts";
import { Snapshot } from "./snapshot.ts";

const RuleName = Type.Union([Type.Literal("no-leaks"), Type.Literal("max-growth"), Type.Literal("budget")], {
  description: "which option asked for it",
});

export const RuleLine = Type.Object({
  rule: RuleName,
  name: Type.String({
    description: "the rule with its value, as it was given; unlike others of the same result",
  }),
  passed: Type.Boolean(),
  message: Type.String({ description: "one sentence with what was found" }),
  limit: Type.Optional(Type.Number({ description: "objects, or bytes" })),
  actual: Type.Optional(Type.Number({ description: "objects, or bytes" })),
  unit: Type.Optional(Type.Union([Type.Literal("objects"), Type.Literal("bytes")])),
});
export type RuleLine = Static<typeof RuleLine>;

export const Violation = Type.Object({
  rule: RuleName,
  name: Type.String({ description: "the rule with its value, as it was given" }),
  message: Type.String({ description: "one sentence: what is wrong" }),
  group: Type.Optional(Type.String({ description: "the constructor that it is about, or the /…/ for it" })),
  location: Type.Optional(SourceLocation),
  signature: Type.Optional(Type.String({ description: "of a leak: the same for every run of a program" })),
  suspect: Type.Optional(Type.Integer({ minimum: 1, description: "of a leak: its rank among the suspects" })),
});
export type Violation = Static<typeof Violation>;

export const Check = Type.Object(
  {
    schema: Type.Literal("heapscope/check@1"),
    passed: Type.Boolean({ description: "no rule is violated; otherwise the exit code is 1" }),
    summary: Type.String({ description: "one sentence" }),
    snapshots: Type.Array(Snapshot, { description: "oldest first" }),
    rules: Type.Array(RuleLine, { description: "all rules that were asked for" }),
    violations: Type.Array(Violation, {
      description: "one for each leak, and for each other rule that failed",
    }),
    leaks: Type.Optional(
      Type.Object(
        {
          verdict: Type.Union([Type.Literal("leak"), Type.Literal("growth"), Type.Literal("no-leak")]),
          suspects: Type.Array(SuspectLine),
          accepted: Type.Array(Type.Object({ className: Type.String(), signature: Type.String() }), {
            description: "suspects that the baseline knows",
          }),
          advice: Type.Array(Type.String()),
        },
        { description: "with --no-leaks: what `heapscope leaks` found" },
      ),
    ),
    reports: Type.Array(Type.Object({ format: Type.String(), file: Type.Optional(Type.String()) }), {
      description: "what was written besides",
    }),
    notes: Type.Array(Type.String({ description: "what the reader must know besides, in sentences" })),
  },
  {
    $id: "heapscope/check@1",
    title: "heapscope check",
    description: "whether snapshots keep budgets, limits of growth, and have no leak",
  },
);
export type Check = Static<typeof Check>;
