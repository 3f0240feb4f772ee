// The result of `heapscope capture`.

import { Type, type Static } from "typebox";
import { Redaction } from "./agent-status.ts";
import {
  CapturedAt,
  CaptureDuration,
  CaptureOptions,
  CapturePause,
  CaptureRoute,
  CaptureTarget,
} from "./capture-record.ts";

const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });
const milliseconds = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}, in milliseconds` });

const fileFields = {
  file: Type.String({ description: "absolute; - is standard output" }),
  bytes: bytes("length of the file"),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "of these bytes" }),
  nodeCount: Type.Integer({ minimum: 0, description: "objects in the file" }),
  edgeCount: Type.Integer({ minimum: 0, description: "references in the file" }),
  thread: Type.Object(
    { id: Type.Integer({ minimum: 0, description: "0 is the main thread" }), name: Type.String() },
    { description: "the thread whose heap it is" },
  ),
  round: Type.Integer({ minimum: 1, description: "which one of a series" }),
  capturedAt: CapturedAt,
  durationMs: CaptureDuration,
  pauseMs: Type.Optional(CapturePause),
  extraMemory: Type.Optional(bytes("memory that the process took on top of what it had")),
  idSpace: Type.String({ description: "in two files with the same one an object has the same id" }),
  redacted: Type.Optional(Redaction),
};

export const CaptureFile = Type.Object(fileFields);
export type CaptureFile = Static<typeof CaptureFile>;

export const Capture = Type.Object(
  {
    schema: Type.Literal("heapscope/capture@1"),
    dryRun: Type.Optional(Type.Boolean({ description: "nothing was captured, as was asked" })),
    ...Type.Partial(Type.Object(fileFields)).properties,
    files: Type.Optional(
      Type.Array(CaptureFile, {
        description: "all files; of a single one the same fields stand outside, too",
      }),
    ),
    target: Type.Optional(Type.Omit(CaptureTarget, ["thread"])),
    description: Type.Optional(Type.String({ description: "the target, for people" })),
    route: Type.Optional(CaptureRoute),
    captureOptions: Type.Optional(CaptureOptions),
    predicted: Type.Object(
      {
        extraMemory: bytes("memory on top of what the process has, at most"),
        fileSize: bytes("all files together, at most"),
        pauseMs: Type.Object({ from: milliseconds("at best"), to: milliseconds("at worst") }),
        likely: Type.Optional(
          Type.Object(
            { extraMemory: bytes("memory"), fileSize: bytes("all files together") },
            { description: "what most heaps of these sizes take" },
          ),
        ),
        isUpperBound: Type.Boolean({
          description: "too little was known of the heap; it may be far less",
        }),
      },
      { description: "what the capture was expected to take" },
    ),
    refusals: Type.Array(Type.String(), {
      description: "why it would have been refused, or has been but for --force",
    }),
    manifest: Type.Optional(
      Type.String({ description: "the file that holds what several files have in common" }),
    ),
    warnings: Type.Optional(Type.Array(Type.String())),
  },
  {
    $id: "heapscope/capture@1",
    title: "heapscope capture",
    description: "snapshots taken from a running process",
  },
);
export type Capture = Static<typeof Capture>;
