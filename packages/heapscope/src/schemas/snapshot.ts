// The fields that describe a snapshot in every result.

import { Type, type Static } from "typebox";
import {
  CaptureDuration,
  CapturedAt,
  CaptureOptions,
  CapturePause,
  CaptureRoute,
  CaptureTarget,
} from "./capture-record.ts";

const bytes = (description: string) => Type.Number({ minimum: 0, description: `${description}, in bytes` });

export const Snapshot = Type.Object(
  {
    file: Type.String({ description: "as given on the command line; - is standard input" }),
    nodeCount: Type.Integer({
      minimum: 0,
      description: "objects in the file, the engine's records included",
    }),
    edgeCount: Type.Integer({ minimum: 0, description: "references in the file" }),
    stringCount: Type.Integer({ minimum: 0, description: "entries of the file's string table" }),
    totalSize: bytes("all objects and the extra native memory"),
    extraNativeBytes: bytes("native memory that belongs to no object"),
    nodeVersion: Type.Optional(Type.String({ description: "version of Node.js, where known" })),
    captureOptions: Type.Optional(CaptureOptions),
    capture: Type.Optional(
      Type.Object(
        {
          capturedAt: CapturedAt,
          durationMs: CaptureDuration,
          pauseMs: Type.Optional(CapturePause),
          route: CaptureRoute,
          target: CaptureTarget,
        },
        { description: "where the snapshot is from, if a capture record lies beside the file" },
      ),
    ),
    captureProblem: Type.Optional(
      Type.String({ description: "one sentence: why the capture record beside the file is not used" }),
    ),
  },
  { description: "one snapshot" },
);
export type Snapshot = Static<typeof Snapshot>;

export const Statistics = Type.Object(
  {
    total: bytes("everything"),
    native: Type.Object({
      total: bytes("outside V8's heap"),
      typedArrays: bytes("of that, buffers of typed arrays"),
    }),
    v8heap: Type.Object({
      total: bytes("V8's heap"),
      code: bytes("of that, code"),
      strings: bytes("of that, strings"),
      jsArrays: bytes("of that, arrays"),
      system: bytes("of that, the engine's own records"),
    }),
  },
  {
    description:
      "the statistics of Chrome DevTools; other JS = v8heap.total - code - strings - jsArrays - system",
  },
);
export type Statistics = Static<typeof Statistics>;
