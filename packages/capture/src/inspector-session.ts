// One conversation with an inspector: commands out, answers and events in, over one WebSocket. Keep it open for all
// snapshots that are to be compared: V8 forgets which id belongs to which object when a session ends.
//
//   connectInspector("9229") ──▶ InspectorSession ──▶ takeSnapshot, readTargetFacts, readScripts … ──▶ close()
//
// Knows nothing about snapshots. A lost connection fails everything that is waiting, with one error.

import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { CaptureError, harmless } from "./capture-error.ts";
import { aborted, findInspectorTarget, unreachable } from "./inspector-target.ts";
import type { InspectorTarget } from "./inspector-target.ts";
import type { InspectorCommands, InspectorEvents } from "./protocol.ts";

export interface ConnectOptions {
  signal?: AbortSignal;
  /** Longest wait for the connection, all steps together, milliseconds; default 10 000. */
  timeoutMs?: number;
}

export interface SendOptions {
  signal?: AbortSignal;
  /** Longest wait for the answer, milliseconds; default 30 000. `Infinity` waits as long as the connection lasts. */
  timeoutMs?: number;
}

interface Pending {
  readonly method: string;
  settle(error: CaptureError | undefined, result?: object): void;
}

/** What a message from the target should be: an answer to the command `id`, or the event `method`. */
interface Incoming {
  id?: number;
  result?: object;
  error?: { code: number; message: string };
  method?: keyof InspectorEvents;
  params?: InspectorEvents[keyof InspectorEvents];
}

/**
 * Connects to the inspector at `address`: a port, `host:port`, `http://…` or `ws://…`; or to a target that
 * `listInspectorTargets` returned. Throws `CaptureError`.
 */
export async function connectInspector(
  address: string | InspectorTarget,
  options: ConnectOptions = {},
): Promise<InspectorSession> {
  const { signal, timeoutMs = 10_000 } = options;
  const given = typeof address === "string" ? address : address.label;
  const startedAt = performance.now();
  const target =
    typeof address === "string"
      ? await findInspectorTarget(address, signal === undefined ? { timeoutMs } : { signal, timeoutMs })
      : address;
  if (signal?.aborted === true) throw aborted(given, signal);
  const socket = new WebSocket(target.webSocketUrl, {
    perMessageDeflate: false, // V8 never offers it
    maxPayload: 0, // chunks are up to 1 MiB today; no reason to refuse a longer one
    skipUTF8Validation: true,
    handshakeTimeout: Math.max(1, timeoutMs - (performance.now() - startedAt)), // 0 would be no limit
  });
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      socket.once("error", () => {}); // terminating a socket that still connects makes it complain
      socket.terminate();
      reject(aborted(given, signal as AbortSignal));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("open", () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    socket.once("error", (error) => {
      signal?.removeEventListener("abort", onAbort);
      reject(unreachable(given, error));
    });
    socket.once("unexpected-response", (_request, response) => {
      signal?.removeEventListener("abort", onAbort);
      response.resume();
      socket.on("error", () => {});
      socket.terminate();
      reject(
        new CaptureError(
          given,
          "not-an-inspector",
          `${harmless(target.webSocketUrl)} refused the connection (HTTP ${response.statusCode}); the process may have restarted: give its port instead.`,
        ),
      );
    });
  });
  return new InspectorSession(target, socket);
}

/** An open conversation with one target. Made by `connectInspector`; to be closed by its owner. */
export class InspectorSession {
  readonly target: InspectorTarget;
  /** Identity of this session. Object ids of two snapshots mean the same only if this is equal. */
  readonly id: string = randomUUID();
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(params: never) => void>>();
  readonly #claims = new Set<string>();
  readonly #ended = new AbortController();
  #lastCommand = 0;
  /** Why the connection is about to end, where that is known here. */
  #endReason: CaptureError | undefined;

  /** @internal Use `connectInspector`. */
  constructor(target: InspectorTarget, socket: WebSocket) {
    this.target = target;
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#receive(data));
    socket.on("error", () => {}); // always followed by "close", where it is dealt with
    socket.once("close", () => this.#end());
  }

  /** Aborts when the connection ends, for whatever reason; its reason is a `CaptureError`. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /**
   * Sends a command and waits for its answer. Throws `CaptureError`: `refused` when the target answers with an error,
   * `target-lost`, `timeout`, `aborted`. After a timeout or an abort the target still carries the command out.
   */
  send<Method extends keyof InspectorCommands>(
    method: Method,
    params?: InspectorCommands[Method]["params"],
    options: SendOptions = {},
  ): Promise<InspectorCommands[Method]["result"]> {
    const { signal, timeoutMs = 30_000 } = options;
    const label = this.target.label;
    if (this.ended.aborted) return Promise.reject(this.ended.reason as CaptureError);
    if (signal?.aborted === true) return Promise.reject(aborted(label, signal));
    const id = ++this.#lastCommand;
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (error: CaptureError | undefined, result?: object): void => {
        this.#pending.delete(id);
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        if (error === undefined) resolve(result as InspectorCommands[Method]["result"]);
        else reject(error);
      };
      const onAbort = (): void => settle(aborted(label, signal as AbortSignal));
      signal?.addEventListener("abort", onAbort, { once: true });
      if (Number.isFinite(timeoutMs)) {
        timer = setTimeout(() => settle(timedOut(label, method, timeoutMs)), timeoutMs);
      }
      this.#pending.set(id, { method, settle });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  /**
   * Calls `listener` for every event of that name until the returned function is called. A listener that throws ends the
   * session: it could not make sense of what the target said.
   */
  on<Event extends keyof InspectorEvents>(
    event: Event,
    listener: (params: InspectorEvents[Event]) => void,
  ): () => void {
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()));
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Reserves the session for work that must not run twice at a time, until the returned function is called.
   * Throws `CaptureError` with code `busy`.
   */
  claim(work: string): () => void {
    if (this.#claims.has(work)) {
      const label = harmless(this.target.label);
      throw new CaptureError(label, "busy", `This session with ${label} is busy with ${work}; wait for it.`);
    }
    this.#claims.add(work);
    return () => this.#claims.delete(work);
  }

  /** Stops reading from the target; what it sends meanwhile is kept in the target's memory. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on after `pause`. */
  resume(): void {
    this.#socket.resume();
  }

  /** Ends the conversation. The target forgets its object ids; the process itself is left as it is. */
  async close(): Promise<void> {
    this.#endReason ??= closedHere(this.target.label);
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => this.#socket.once("close", () => resolve()));
    this.#socket.resume();
    this.#socket.close();
    // A target that is busy with a snapshot does not answer the farewell; a second is enough politeness.
    const timer = setTimeout(() => this.#socket.terminate(), 1000);
    await closed;
    clearTimeout(timer);
  }

  /** Ends the conversation at once, without the farewell: for a target that is in the middle of a snapshot. */
  terminate(): void {
    this.#endReason ??= closedHere(this.target.label);
    this.#socket.terminate();
  }

  #receive(data: Buffer): void {
    try {
      this.#dispatch(JSON.parse(data.toString()) as Incoming);
    } catch (error) {
      this.#endReason ??= noProtocol(this.target.label, error);
      this.#socket.terminate();
    }
  }

  /** Throws if the message is not what it should be: it may come from anything that speaks WebSocket. */
  #dispatch(message: Incoming): void {
    if (!isObject(message)) throw new TypeError("The message is no object.");
    if (message.id === undefined) {
      const listeners = message.method === undefined ? undefined : this.#listeners.get(message.method);
      if (listeners !== undefined) for (const listener of listeners) listener(message.params as never);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return; // given up already
    if (message.error !== undefined) {
      pending.settle(refused(this.target.label, pending.method, message.error.message));
    } else if (isObject(message.result)) {
      pending.settle(undefined, message.result);
    } else {
      throw new TypeError("The answer has no result.");
    }
  }

  #end(): void {
    const error = this.#endReason ?? targetLost(this.target.label);
    this.#ended.abort(error);
    for (const pending of this.#pending.values()) pending.settle(error);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function closedHere(label: string): CaptureError {
  return new CaptureError(label, "target-lost", `The session with ${harmless(label)} was closed.`);
}

function targetLost(label: string): CaptureError {
  return new CaptureError(
    label,
    "target-lost",
    `${harmless(label)} closed the connection, so it has probably exited; if it died during a capture, look for an out-of-memory kill: a capture needs several times the heap in extra memory.`,
  );
}

function noProtocol(label: string, cause: unknown): CaptureError {
  return new CaptureError(
    label,
    "not-an-inspector",
    `What answers at ${harmless(label)} does not speak the inspector protocol; is this another WebSocket server?`,
    cause,
  );
}

function timedOut(label: string, method: string, timeoutMs: number): CaptureError {
  return new CaptureError(
    label,
    "timeout",
    `${harmless(label)} did not answer ${method} within ${timeoutMs / 1000} s; its event loop may be blocked: try again when it is idle.`,
  );
}

function refused(label: string, method: string, message: string): CaptureError {
  return new CaptureError(
    label,
    "refused",
    `${harmless(label)} refused ${method}: ${harmless(message)}; it must be a V8 inspector (Node, Deno or Chromium).`,
  );
}
