// The result of `heapscope capture`, made of what @heapscope/capture returns. Loaded when it is needed.

import type { CaptureResult, CapturedSnapshot, PreflightReport } from "@heapscope/capture";
import type { Capture, CaptureFile } from "./schemas/capture.ts";

/** The result of a capture. */
export function describeCapture(result: CaptureResult): Capture {
  const { snapshots, target, route, options, warnings, manifest, description } = result;
  const files = snapshots.map(describeFile);
  const [only] = files;
  const common = {
    target,
    description,
    route,
    captureOptions: options,
    warnings: [...warnings],
    ...describePreflight(result.preflight),
  };
  return {
    schema: "heapscope/capture@1",
    ...(only !== undefined && files.length === 1 ? only : {}),
    files,
    ...common,
    ...(manifest === undefined ? {} : { manifest }),
  };
}

/** Of one that was only to be predicted. */
export function describeDryRun(report: PreflightReport): Capture {
  return { schema: "heapscope/capture@1", dryRun: true, ...describePreflight(report) };
}

function describeFile(snapshot: CapturedSnapshot): CaptureFile {
  const { path, byteLength, sha256, nodeCount, edgeCount, thread, round, durationMs } = snapshot;
  return {
    file: path ?? "-",
    bytes: byteLength,
    sha256,
    nodeCount,
    edgeCount,
    thread,
    round,
    capturedAt: snapshot.capturedAt.toISOString(),
    durationMs,
    ...(snapshot.pauseMs === undefined ? {} : { pauseMs: snapshot.pauseMs }),
    ...(snapshot.extraMemory === undefined ? {} : { extraMemory: snapshot.extraMemory }),
    idSpace: snapshot.idSpace,
    ...(snapshot.redacted === undefined ? {} : { redacted: snapshot.redacted }),
  };
}

function describePreflight({
  prediction,
  refusals,
}: PreflightReport): Pick<Capture, "predicted" | "refusals"> {
  const { extraMemory, fileSize, pauseMs, likely, isUpperBound } = prediction;
  return {
    // Bytes are whole numbers.
    predicted: {
      extraMemory: Math.round(extraMemory),
      fileSize: Math.round(fileSize),
      pauseMs,
      ...(likely === undefined
        ? {}
        : {
            likely: {
              extraMemory: Math.round(likely.extraMemory),
              fileSize: Math.round(likely.fileSize),
            },
          }),
      isUpperBound,
    },
    refusals: refusals.map(({ message }) => message),
  };
}
