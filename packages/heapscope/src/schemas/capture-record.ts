// The record that a capture leaves beside a snapshot, as FILE.json. It is no command's result; a test holds this shape to
// the type that the engine reads.

import { Type, type Static } from "typebox";

const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });
const milliseconds = (description: string) =>
  Type.Number({ minimum: 0, description: `${description}, in milliseconds` });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const amounts = (description: string) =>
  Type.Record(Type.String(), Type.Number({ minimum: 0 }), { description });

export const CapturedAt = Type.String({
  pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$`,
  description: "when the capture began: ISO 8601, in UTC",
});
export const CaptureDuration = milliseconds("from the beginning until the file was whole");
export const CapturePause = milliseconds("how long the program stood still, if that was measured");
export const CaptureRoute = Type.String({ description: "how the heap was got at: inspector, sigusr1, …" });

export const CaptureTarget = Type.Object(
  {
    pid: Type.Optional(count("the process, as seen by who captured")),
    url: Type.Optional(Type.String({ description: "address of the inspector, where it was given" })),
    command: Type.Optional(Type.String({ description: "the command line, for people" })),
    runtime: Type.String({ description: "node, deno, bun, chromium, electron, …" }),
    version: Type.Optional(Type.String({ description: "as the runtime writes it" })),
    uptimeMs: Type.Optional(milliseconds("age of the process when the capture began")),
    thread: Type.Object(
      { id: count("0 is the main thread"), name: Type.String() },
      { description: "the thread whose heap it is" },
    ),
  },
  { description: "what was captured" },
);

export const CaptureOptions = Type.Object(
  {
    collectGarbage: Type.Boolean({ description: "garbage was collected once more beforehand" }),
    numericValues: Type.Boolean({ description: "numbers are nodes" }),
    exposeInternals: Type.Boolean({ description: "the engine's own structures are exposed" }),
  },
  { description: "options of the capture that change the numbers" },
);

export const CaptureRecord = Type.Object(
  {
    schema: Type.Literal("heapscope/capture-record@1"),
    file: Type.Object(
      {
        name: Type.String({ description: "without folders" }),
        bytes: Type.Integer({ minimum: 0, description: "length on disk: compressed, if the file is" }),
        sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "of these bytes" }),
        nodeCount: count("objects in the file"),
        edgeCount: count("references in the file"),
      },
      { description: "the file that the record belongs to" },
    ),
    capturedAt: CapturedAt,
    durationMs: CaptureDuration,
    pauseMs: Type.Optional(CapturePause),
    tool: Type.String({ description: "name and version of the program that captured" }),
    route: CaptureRoute,
    target: CaptureTarget,
    options: CaptureOptions,
    ids: Type.Object({
      space: Type.String({
        minLength: 1,
        description: "in two snapshots with the same one an object has the same id, otherwise it has not",
      }),
      note: Type.Optional(Type.String({ description: "what else there is to say about ids, for people" })),
    }),
    heap: Type.Object(
      {
        usage: Type.Optional(amounts("process.memoryUsage()")),
        statistics: Type.Optional(amounts("v8.getHeapStatistics()")),
        spaces: Type.Optional(
          Type.Array(
            Type.Object({ name: Type.String(), size: bytes("reserved"), used: bytes("of that, in use") }),
            { description: "of v8.getHeapSpaceStatistics()" },
          ),
        ),
      },
      { description: "what the target said about its memory before the capture" },
    ),
    predicted: Type.Optional(
      Type.Object(
        {
          extraMemory: bytes("memory of the target on top of what it had"),
          fileSize: bytes("the file"),
          pauseMs: Type.Object({ from: milliseconds("at least"), to: milliseconds("at most") }),
        },
        { description: "what the capture was expected to take" },
      ),
    ),
    measured: Type.Optional(
      Type.Object(
        {
          extraMemory: Type.Optional(bytes("memory of the target on top of what it had")),
          fileSize: bytes("the file"),
          pauseMs: Type.Optional(milliseconds("how long the program stood still")),
        },
        { description: "what it took" },
      ),
    ),
    scripts: Type.Array(
      Type.Object({
        id: count("as in the snapshot's locations"),
        url: Type.String({ description: "as the inspector gives it; empty for code without a name" }),
        sourceMapUrl: Type.Optional(
          Type.String({ description: "as the script states it; data: for a map that is part of the script" }),
        ),
      }),
      { description: "the scripts that the target had loaded" },
    ),
    warnings: Type.Array(Type.String(), {
      description: "what went differently from what was asked for, in sentences",
    }),
  },
  {
    $id: "heapscope/capture-record@1",
    title: "capture record",
    description: "what a capture leaves beside a snapshot, as FILE.json",
  },
);
export type CaptureRecord = Static<typeof CaptureRecord>;
