// What is recorded while the service runs on: where it allocates (sampled), all that it allocates (timeline), where it spends
// its time. Each is one session with the inspector; its end renumbers objects, which is said.
//
//   heap-profile   a few percent slower meanwhile; 100 kB
//   cpu-profile    a few percent slower meanwhile; some MB a minute
//   timeline       twice as slow and more, then a pause as of a heap snapshot, whose file it is, with who allocated what

import { openSession } from "./inspector-session.ts";
import { MAIN_THREAD, recordFile } from "./record-file.ts";
import type { RecordContext, Recorder } from "./recorder.ts";
import { whileRunning } from "./while-running.ts";

/** Bytes between samples, on average: V8's own choice is twelve times coarser than a leak in a test, and as cheap. */
const samplingInterval = 32_768;
const WARNING = "object ids of earlier snapshots mean nothing in later ones";

export const recordHeapProfile: Recorder = inSession("HeapProfiler", "Sampling", { samplingInterval });
export const recordCpuProfile: Recorder = inSession("Profiler", "");
export const recordTimeline: Recorder = inSession("HeapProfiler", "TrackingHeapObjects", {
  trackAllocations: true,
});

/** What stopping gives is the file, or it comes in pieces meanwhile, with a pause. */
function inSession(domain: string, what: string, options?: object): Recorder {
  return async (context: RecordContext) => {
    const { thread: link, signal, durationMs } = context;
    const session = openSession(link);
    try {
      const file = await recordFile(
        context,
        MAIN_THREAD,
        async (write) => {
          session.on("HeapProfiler.addHeapSnapshotChunk", ({ params }) => write(params.chunk));
          await session.post(`${domain}.enable`);
          await session.post(`${domain}.start${what}`, options);
          await whileRunning(signal, durationMs);
          const before = performance.now();
          const { profile } = await session.post<{ profile?: object }>(`${domain}.stop${what}`);
          if (!profile) return performance.now() - before;
          write(JSON.stringify(profile));
          return undefined;
        },
        [WARNING],
      );
      if (link.snapshots > 0) context.warn(WARNING);
      return [file];
    } finally {
      session.close();
    }
  };
}
