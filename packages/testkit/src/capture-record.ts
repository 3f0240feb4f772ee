/** The record that a capture would leave beside a file, for tests of what reads it. */
import { createHash } from "node:crypto";
import type { CaptureRecord } from "@heapscope/engine";

/** A record that belongs to the plain file with this text. `changes` replace whole fields. */
export function captureRecordOf(text: string, changes: Partial<CaptureRecord> = {}): CaptureRecord {
  const { snapshot } = JSON.parse(text) as { snapshot: { node_count: number; edge_count: number } };
  return {
    schema: "heapscope/capture-record@1",
    file: {
      name: "server.heapsnapshot",
      bytes: Buffer.byteLength(text),
      sha256: createHash("sha256").update(text).digest("hex"),
      nodeCount: snapshot.node_count,
      edgeCount: snapshot.edge_count,
    },
    capturedAt: "2026-11-23T10:12:03.250Z",
    durationMs: 812.5,
    tool: "heapscope 0.1.0",
    route: "inspector",
    target: {
      pid: 4242,
      command: "node server.js",
      runtime: "node",
      version: "v24.21.0",
      uptimeMs: 3_600_000,
      thread: { id: 0, name: "main" },
    },
    options: { collectGarbage: true, numericValues: false, exposeInternals: false },
    ids: { space: "6f9619ff" },
    heap: {},
    scripts: [],
    warnings: [],
    ...changes,
  };
}
