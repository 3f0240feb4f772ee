/**
 * Runs in a module worker of a browser: loads a gzipped snapshot with the engine, and answers with what
 * `measureSnapshot` says of it. `@heapscope/engine` is the published build, which the server offers beside this file
 * (`serve-engine.ts`).
 */
import { CancelledError, openSnapshot, type Progress } from "@heapscope/engine";
import { measuredColumns, measureSnapshot, type SnapshotMeasures } from "./measure-snapshot.ts";

/** What the page asks for. */
export interface WorkerRequest {
  /** Of the gzipped snapshot. */
  readonly url: string;
  /** Uncompressed. */
  readonly byteLength: number;
  /** A stage at whose first progress report the work is cancelled. */
  readonly cancelAt?: string;
}

/** What the page gets. */
export type WorkerResponse =
  | {
      readonly kind: "measured";
      readonly measures: SnapshotMeasures;
      readonly progress: readonly Progress[];
      /** Whether the columns are memory that other threads can see. */
      readonly sharedColumns: boolean;
      /** The stage, if it was cancelled there and then went on. */
      readonly cancelledAt: string | undefined;
    }
  | { readonly kind: "cancelled"; readonly progress: readonly Progress[] }
  | { readonly kind: "failed"; readonly error: string };

// The part of a worker's global scope that is used; `lib.webworker` does not go together with Node's types.
declare function addEventListener(
  type: "message",
  listener: (event: { readonly data: WorkerRequest | "cancel" }) => void,
): void;
declare function postMessage(message: WorkerResponse): void;

const cancellation = new AbortController();

addEventListener("message", ({ data }) => {
  if (data === "cancel") cancellation.abort();
  else
    answer(data).then(postMessage, (error: unknown) => postMessage({ kind: "failed", error: String(error) }));
});

async function answer({ url, byteLength, cancelAt }: WorkerRequest): Promise<WorkerResponse> {
  const progress: Progress[] = [];
  const onProgress = (report: Progress): void => {
    progress.push(report);
    if (report.stage === cancelAt) cancellation.abort();
  };
  const { signal } = cancellation;
  try {
    const { body } = await fetch(url);
    if (body === null) throw new Error(`Nothing at ${url}`);
    const bytes = body.pipeThrough(new DecompressionStream("gzip"));
    const snapshot = await openSnapshot(bytes, { byteLength, signal, onProgress });

    let cancelledAt: string | undefined;
    try {
      await snapshot.prepare(measuredColumns, { signal, onProgress });
    } catch (error) {
      if (!(error instanceof CancelledError)) throw error;
      // A snapshot whose preparation was cancelled is still good.
      cancelledAt = progress.at(-1)?.stage;
      await snapshot.prepare(measuredColumns);
    }
    const sharedColumns =
      typeof SharedArrayBuffer === "function" && snapshot.retainedSize.buffer instanceof SharedArrayBuffer;
    return { kind: "measured", measures: measureSnapshot(snapshot), progress, sharedColumns, cancelledAt };
  } catch (error) {
    if (error instanceof CancelledError) return { kind: "cancelled", progress };
    throw error;
  }
}
