// One capture by the agent of a process: asked for, awaited, its files fetched, and removed from the agent's folder.
//
//   start ─▶ {id} ─▶ progress … ─▶ done ─▶ for each file: bytes ─▶ SHA-256, length ─▶ gunzip ─▶ SnapshotSink ─▶ … ─▶ remove
//
// The snapshot is the agent's: it redacts, compresses and writes it in the process. On this side it passes the checks that
// every snapshot passes, and what arrived is compared with what the agent says it wrote. Whatever happens, the agent is asked
// to delete its copies; after Ctrl-C we wait a while for it to be done, since V8 cannot be told to stop.

import { createHash } from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { CaptureError, harmless } from "../capture-error.ts";
import { aborted } from "../inspector/errors.ts";
import { rejectionOf } from "../rejection-of.ts";
import { SnapshotSink, type SinkReceipt } from "../snapshot/snapshot-sink.ts";
import type { ReceiveOptions } from "../snapshot/take-snapshot.ts";
import type { AgentCapture, AgentFile } from "./agent-answers.ts";
import type { AgentClient, AgentRequest } from "./agent-client.ts";

export interface AgentCaptureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Longest silence of the process, milliseconds; default 300 000. */
  readonly timeoutMs?: number | undefined;
  readonly request: AgentRequest;
  /** Something is going on in the process, and cannot be watched. */
  readonly onWait?: () => void;
}

/** How often is asked whether a capture is done. */
const POLL_MS = 100;
const DEFAULT_SILENCE_MS = 300_000;
/** How long we stay after a failure, to clean up: shorter than the command waits for it. */
const FAREWELL_MS = 15_000;

/**
 * Has the agent make a capture, and gives it to `use`; when that is done, also by failing, the agent's files are removed.
 * Returns what could not be removed, as a sentence. Throws `CaptureError`.
 */
export async function captureByAgent(
  client: AgentClient,
  label: string,
  options: AgentCaptureOptions,
  use: (capture: AgentCapture) => Promise<void>,
): Promise<string | undefined> {
  const id = await begin(client, label, options);
  try {
    const capture = await awaitCapture(client, id, options);
    const { insteadOf } = capture;
    if (insteadOf !== undefined) throw client.refusal({ code: "would-not-fit", message: insteadOf.reason });
    await use(capture);
  } catch (error) {
    const left = await removeFiles(client, id, label);
    if (left === undefined || !(error instanceof CaptureError) || error.code === "target-lost") throw error;
    throw new CaptureError(error.target, error.code, `${error.message} ${left}`, error.cause);
  }
  return removeFiles(client, id, label);
}

/** Once asked for, a capture goes on without us: so we want its id even when we are told to stop meanwhile. */
async function begin(client: AgentClient, label: string, options: AgentCaptureOptions): Promise<string> {
  const { signal, request, timeoutMs = DEFAULT_SILENCE_MS } = options;
  if (signal?.aborted === true) throw aborted(label, signal);
  const asked = client.start(request, { timeoutMs });
  if (signal === undefined) return asked;
  try {
    return await Promise.race([asked, rejectionOf(signal)]);
  } catch (error) {
    if (!signal.aborted) throw error;
    const id = await Promise.race([
      asked.catch(() => undefined),
      sleep(FAREWELL_MS, undefined, { ref: false }),
    ]);
    const left = id === undefined ? undefined : await removeFiles(client, id, label);
    const { message } = aborted(label, signal);
    throw new CaptureError(
      label,
      "aborted",
      left === undefined ? message : `${message} ${left}`,
      signal.reason,
    );
  }
}

async function awaitCapture(
  client: AgentClient,
  id: string,
  { signal, timeoutMs = DEFAULT_SILENCE_MS, onWait }: Omit<AgentCaptureOptions, "request">,
): Promise<AgentCapture> {
  for (;;) {
    onWait?.();
    // The process stands still meanwhile and answers afterwards.
    const progress = await client.progress(id, { signal, timeoutMs });
    if (progress.state === "done") return progress.capture;
    if (progress.state === "failed") throw client.refusal(progress.error);
    await sleep(POLL_MS, undefined, signal && { signal }).catch(() => {});
  }
}

/** Waits until the capture is done, and has its files removed. Never fails: returns what is left, for people. */
async function removeFiles(client: AgentClient, id: string, label: string): Promise<string | undefined> {
  const signal = AbortSignal.timeout(FAREWELL_MS);
  const limits = { signal, timeoutMs: FAREWELL_MS };
  try {
    for (;;) {
      const progress = await client.progress(id, limits);
      if (progress.state === "failed") return undefined; // then there are no files
      if (progress.state === "done") {
        const removed = await client.remove(id, limits);
        if (removed >= progress.capture.files.length) return undefined;
        return `The agent in ${label} keeps a copy until it has sent it away.`;
      }
      await sleep(POLL_MS);
    }
  } catch {
    return `The agent in ${label} could not be asked to remove its copy; it keeps that as long as others (see: heapscope agent status).`;
  }
}

/**
 * Fetches a file of a capture to `destination`: a path, where it appears whole or not at all, or a stream, which is not
 * ended. Throws `CaptureError`.
 */
export async function fetchSnapshot(
  client: AgentClient,
  label: string,
  id: string,
  index: number,
  file: AgentFile,
  destination: string | Writable,
  options: ReceiveOptions,
): Promise<SinkReceipt> {
  const { signal, timeoutMs = DEFAULT_SILENCE_MS, onProgress } = options;
  const sink = new SnapshotSink(destination, label, options);
  const end = signal ?? new AbortController().signal;
  try {
    const response = await client.file(id, index, { signal, timeoutMs });
    const hash = createHash("sha256");
    let received = 0;
    /** What arrives, no longer than announced, and no slower than allowed. */
    const arriving = async function* (): AsyncGenerator<Buffer> {
      const bytes = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const timer = setTimeout(() => response.destroy(client.silence(timeoutMs)), timeoutMs);
          const next = await bytes.next().finally(() => clearTimeout(timer));
          if (next.done === true) break;
          received += next.value.length;
          if (received > file.bytes) throw broken(label, "it is longer than its agent says");
          hash.update(next.value);
          yield next.value;
        }
        if (received < file.bytes) throw broken(label, "it ends in the middle");
        if (hash.digest("hex") !== file.sha256)
          throw broken(label, "its checksum is another than its agent says");
      } finally {
        response.destroy();
      }
    };
    const take = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
      for await (const piece of pieces) {
        if (!sink.write(piece)) await sink.ready(end);
        onProgress?.({ stage: "receiving", done: 0, total: 0, byteLength: sink.snapshotLength });
      }
    };
    const source = Readable.from(arriving(), { objectMode: false });
    const limits = { signal: end };
    if (file.path.endsWith(".gz")) await pipeline(source, createGunzip({ chunkSize: 1 << 18 }), take, limits);
    else await pipeline(source, take, limits);
    return await sink.finish(end);
  } catch (error) {
    const kept = sink.discard();
    const reason = await explain(error, client, label, signal);
    if (kept === undefined) throw reason;
    throw new CaptureError(
      reason.target,
      reason.code,
      `${reason.message.replace(/ nothing was kept\.$/, "")} What had arrived is kept in ${harmless(kept)}.`,
      reason.cause,
    );
  }
}

async function explain(
  error: unknown,
  client: AgentClient,
  label: string,
  signal: AbortSignal | undefined,
): Promise<CaptureError> {
  if (error instanceof CaptureError) return error;
  if (signal?.aborted === true) return aborted(label, signal);
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("Z_") ? broken(label, "it is no gzip file") : client.failure(error);
}

function broken(label: string, why: string): CaptureError {
  return new CaptureError(
    label,
    "incomplete",
    `What the agent in ${label} sent is no whole snapshot: ${why}; try again.`,
  );
}
