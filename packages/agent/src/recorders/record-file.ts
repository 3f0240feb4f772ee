// One file of a capture and its record: opens the file in the thread, lets the recorder write it, closes it with what there
// is to say about the process. The record is what `heapscope capture` writes beside its files, too: the engine reads it
// (packages/engine/src/capture-record.ts), and ignores what stands in it for people only.
//
// Arguments of the command stay out of it; they may be secret.

import path from "node:path";
import v8 from "node:v8";
import type { CapturedFile } from "../api.ts";
import type { OpenFile } from "../thread-link.ts";
import type { RecordContext } from "./recorder.ts";

/** Whose file it is. */
export interface RecordedThread {
  readonly id: number;
  readonly name: string;
}

export const MAIN_THREAD: RecordedThread = { id: 0, name: "main" };

/** `produce` writes all of the file, and returns how long the thread stood still. */
export async function recordFile(
  context: RecordContext,
  thread: RecordedThread,
  produce: (write: OpenFile["write"]) => Promise<number | undefined>,
  warnings: readonly string[] = [],
): Promise<CapturedFile> {
  const { id, recorder, signal, preflight, thread: link, request, trigger } = context;
  const { extraMemory, fileSize, pauseMs: pause } = preflight;
  const file = await link.open({ id, recorder, signal, threadId: thread.id });
  const capturedAt = new Date().toISOString();
  const target = { ...describeProcess(), thread };
  const heap = thread.id === 0 ? describeHeap() : {};
  const before = process.memoryUsage.rss();
  const peakBefore = peak();
  // A snapshot's ids are those of the time when it is made.
  const space = link.idSpace(thread.id);
  try {
    const ms = await produce(file.write);
    const pauseMs = ms === undefined ? {} : { pauseMs: Math.round(ms) };
    const peakAfter = peak();
    const written = await file.close(
      {
        schema: "heapscope/capture-record@1",
        capturedAt,
        durationMs: 0,
        ...pauseMs,
        tool: link.tool,
        route: "agent",
        target,
        options: { collectGarbage: false, numericValues: context.numericValues, exposeInternals: false },
        ids: { space },
        heap,
        ...(recorder === "heap-snapshot" &&
          thread.id === 0 && { predicted: { extraMemory, fileSize, pauseMs: pause } }),
        measured: {
          ...pauseMs,
          ...(peakAfter > peakBefore && { extraMemory: Math.max(0, peakAfter - before) }),
        },
        scripts: [],
        warnings,
        capture: { id, recorder, trigger, label: request.label },
      },
      context.isUrgent,
    );
    return { ...written, thread, ...pauseMs };
  } finally {
    file.abort();
  }
}

/** What a record says of the process. */
export function describeProcess(): object {
  const { pid, argv, version } = process;
  const script = argv[1] === undefined ? "" : ` ${path.basename(argv[1])}`;
  return {
    pid,
    command: `node${script}`,
    runtime: "node",
    version,
    uptimeMs: Math.round(process.uptime() * 1000),
  };
}

/** By the runtime's own names. */
export function describeHeap(): object {
  return {
    usage: process.memoryUsage(),
    statistics: v8.getHeapStatistics(),
    spaces: v8
      .getHeapSpaceStatistics()
      .map(({ space_name: name, space_size: size, space_used_size: used }) => ({ name, size, used })),
  };
}

/** The most memory that the process ever had. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
