// What is written beside snapshots: a record for each, which the engine reads (its type is the engine's), and a manifest
// for several that belong together. Both repeat what was predicted beside what came of it.

import path from "node:path";
import type { CaptureRecord } from "@heapscope/engine";
import type { CapturedSnapshot, CaptureResult } from "./capture.ts";
import type { Script } from "./inspector/script-locations.ts";
import type { TargetFacts } from "./inspector/target-facts.ts";
import type { CostPrediction } from "./preflight/predict-cost.ts";
import type { RecordedTarget } from "./recorded-target.ts";
import type { RouteName } from "./route/route-offers.ts";

/** Longer urls are programs in themselves (`data:`), which belong into no record. */
const LONGEST_URL = 2000;

export interface RecordFacts {
  readonly snapshot: CapturedSnapshot;
  readonly route: RouteName;
  readonly scripts: readonly Script[];
  readonly facts: TargetFacts | undefined;
  readonly target: RecordedTarget;
  readonly options: CaptureRecord["options"];
  readonly prediction: CostPrediction | undefined;
  readonly tool: string;
}

/** The record of a snapshot that went to a file. */
export function buildRecord(of: RecordFacts): CaptureRecord {
  const { snapshot, facts, prediction } = of;
  const { pauseMs, extraMemory, byteLength } = snapshot;
  return {
    schema: "heapscope/capture-record@1",
    file: {
      name: path.basename(snapshot.path ?? ""),
      bytes: byteLength,
      sha256: snapshot.sha256,
      nodeCount: snapshot.nodeCount,
      edgeCount: snapshot.edgeCount,
    },
    capturedAt: snapshot.capturedAt.toISOString(),
    durationMs: snapshot.durationMs,
    ...(pauseMs === undefined ? {} : { pauseMs }),
    tool: of.tool,
    route: of.route,
    target: { ...of.target, thread: snapshot.thread },
    options: of.options,
    ids: {
      space: snapshot.idSpace,
      ...(snapshot.warnings.length === 0 ? {} : { note: snapshot.warnings.join(" ") }),
    },
    heap: heapOf(facts),
    ...(prediction === undefined
      ? {}
      : {
          predicted: {
            extraMemory: prediction.extraMemory,
            fileSize: prediction.fileSize,
            pauseMs: prediction.pauseMs,
          },
        }),
    measured: {
      fileSize: byteLength,
      ...(extraMemory === undefined ? {} : { extraMemory }),
      ...(pauseMs === undefined ? {} : { pauseMs }),
    },
    scripts: of.scripts.filter(({ url }) => url !== "" && url.length <= LONGEST_URL).map(describeScript),
    warnings: snapshot.warnings,
  };
}

function heapOf(facts: TargetFacts | undefined): CaptureRecord["heap"] {
  if (facts === undefined) return {};
  const { usage, statistics, spaces } = facts;
  return {
    ...(usage === undefined ? {} : { usage }),
    ...(statistics === undefined ? {} : { statistics }),
    ...(spaces === undefined ? {} : { spaces }),
  };
}

function describeScript({ scriptId, url, sourceMapUrl }: Script): CaptureRecord["scripts"][number] {
  if (sourceMapUrl === undefined) return { id: scriptId, url };
  const isInline = sourceMapUrl.startsWith("data:");
  if (!isInline && sourceMapUrl.length > LONGEST_URL) return { id: scriptId, url };
  return { id: scriptId, url, sourceMapUrl: isInline ? "data:" : sourceMapUrl };
}

/** What several snapshots of one capture have in common. Files are named without folders: they lie beside it. */
export interface CaptureManifest {
  readonly schema: "heapscope/capture-set@1";
  readonly target: RecordedTarget;
  readonly route: RouteName;
  readonly options: CaptureRecord["options"];
  readonly predicted: Pick<CostPrediction, "extraMemory" | "fileSize" | "pauseMs">;
  readonly files: readonly {
    readonly file: string;
    readonly thread: { readonly id: number; readonly name: string };
    readonly round: number;
    readonly capturedAt: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly nodeCount: number;
    readonly edgeCount: number;
    readonly durationMs: number;
    readonly pauseMs?: number;
    readonly extraMemory?: number;
    /** Equal where object ids mean the same. */
    readonly idSpace: string;
  }[];
  /** Of all files together. */
  readonly totals: { readonly bytes: number; readonly nodeCount: number; readonly edgeCount: number };
  readonly warnings: readonly string[];
}

export function buildManifest(result: Omit<CaptureResult, "manifest">): CaptureManifest {
  const { snapshots, preflight } = result;
  const sum = (measure: (snapshot: CapturedSnapshot) => number): number =>
    snapshots.reduce((total, snapshot) => total + measure(snapshot), 0);
  const { extraMemory, fileSize, pauseMs } = preflight.prediction;
  return {
    schema: "heapscope/capture-set@1",
    target: result.target,
    route: result.route,
    options: result.options,
    predicted: { extraMemory, fileSize, pauseMs },
    files: snapshots.map((snapshot) => ({
      file: path.basename(snapshot.path ?? ""),
      thread: snapshot.thread,
      round: snapshot.round,
      capturedAt: snapshot.capturedAt.toISOString(),
      bytes: snapshot.byteLength,
      sha256: snapshot.sha256,
      nodeCount: snapshot.nodeCount,
      edgeCount: snapshot.edgeCount,
      durationMs: snapshot.durationMs,
      ...(snapshot.pauseMs === undefined ? {} : { pauseMs: snapshot.pauseMs }),
      ...(snapshot.extraMemory === undefined ? {} : { extraMemory: snapshot.extraMemory }),
      idSpace: snapshot.idSpace,
    })),
    totals: {
      bytes: sum(({ byteLength }) => byteLength),
      nodeCount: sum(({ nodeCount }) => nodeCount),
      edgeCount: sum(({ edgeCount }) => edgeCount),
    },
    warnings: result.warnings,
  };
}
