// One conversation with an inspector: commands out, answers and events in, over one WebSocket. Keep it open for all
// snapshots that are to be compared: V8 forgets which id belongs to which object when a session ends.
//
//   connectInspector("9229") ──▶ InspectorSession ──▶ takeSnapshot, readTargetFacts, readScripts … ──▶ close()
//
// Knows nothing about snapshots. A lost connection fails everything that is waiting, with one error.

import { randomUUID } from "node:crypto";
import { CaptureError, harmless } from "../capture-error.ts";
import type { Channel } from "./channel.ts";
import { aborted, closedHere, refused, targetLost, timedOut } from "./errors.ts";
import { takeText, type TextMessage } from "./message-text.ts";
import { findInspectorTarget } from "./inspector-target.ts";
import type { InspectorTarget } from "./inspector-target.ts";
import type { InspectorCommands, InspectorEvents } from "./protocol.ts";
import { openWebSocket } from "./websocket-channel.ts";

/** How V8 writes the messages that are nearly all of a capture. */
const CHUNK: TextMessage = {
  before: Buffer.from('{"method":"HeapProfiler.addHeapSnapshotChunk","params":{"chunk":"'),
  after: Buffer.from('"}}'),
};

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
  /** Of a session that shares this connection. */
  sessionId?: string;
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
  const left = timeoutMs - (performance.now() - startedAt);
  return new InspectorSession(target, await openWebSocket(target, left, signal));
}

/** An open conversation with one target. Made by `connectInspector`; to be closed by its owner. */
export class InspectorSession {
  readonly target: InspectorTarget;
  /** Identity of this session. Object ids of two snapshots mean the same only if this is equal. */
  readonly id: string = randomUUID();
  readonly #channel: Channel;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(params: never) => void>>();
  readonly #children = new Map<string, (message: Buffer) => void>();
  readonly #claims = new Set<string>();
  readonly #ended = new AbortController();
  /** Of a session that shares the connection of another: what its messages carry. */
  readonly #sessionId: string | undefined;
  readonly #relays = new Set<{ form: TextMessage; receive: (text: Buffer) => void }>();
  #onChunk: ((chunk: Buffer) => void) | undefined;
  #lastCommand = 0;
  #closeReason: CaptureError | undefined;

  /** @internal Use `connectInspector`, or `listThreads` for the threads of a target. */
  constructor(target: InspectorTarget, channel: Channel, sessionId?: string) {
    this.target = target;
    this.#channel = channel;
    this.#sessionId = sessionId;
    channel.open({ receive: (message) => this.#receive(message), end: (reason) => this.#end(reason) });
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
      this.#channel.send(JSON.stringify({ id, method, params }));
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
   * Calls `listener` with each piece of a snapshot, as UTF-8, until the returned function is called; the piece is the
   * listener's for good. One at a time: pieces of two snapshots cannot be told apart. What nobody listens to is dropped.
   */
  onChunk(listener: (chunk: Buffer) => void): () => void {
    this.#onChunk = listener;
    return () => {
      if (this.#onChunk === listener) this.#onChunk = undefined;
    };
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
    this.#channel.pause();
  }

  /** Reads on after `pause`. */
  resume(): void {
    this.#channel.resume();
  }

  /**
   * Ends the conversation, for this reason; resolves when the connection has ended. Also right in the middle of a snapshot: the target
   * cannot stop it, finishes alone and lives on. Then it forgets its object ids; else it is left as it is.
   */
  close(reason: CaptureError = closedHere(this.target.label)): Promise<void> {
    this.#closeReason ??= reason;
    return this.#channel.close();
  }

  /** @internal Sends a command whose answer nobody waits for, such as the last one before `close`. */
  post<Method extends keyof InspectorCommands>(
    method: Method,
    params?: InspectorCommands[Method]["params"],
  ): void {
    this.#channel.send(JSON.stringify({ id: ++this.#lastCommand, method, params }));
  }

  /**
   * @internal Connects a child session that shares this connection: messages with its session id go to `receive`.
   * Returns how it sends, and how it leaves.
   */
  adopt(sessionId: string, receive: (message: Buffer) => void): { send(text: string): void; leave(): void } {
    this.#children.set(sessionId, receive);
    return {
      send: (text) => this.#channel.send(`${text.slice(0, -1)},"sessionId":${JSON.stringify(sessionId)}}`),
      leave: () => this.#children.delete(sessionId),
    };
  }

  /**
   * @internal Passes on the texts of messages of a form, as UTF-8, until the returned function is called. A message that
   * says the same in other words is an event as usual.
   */
  relay(form: TextMessage, receive: (text: Buffer) => void): () => void {
    const relay = { form, receive };
    this.#relays.add(relay);
    return () => this.#relays.delete(relay);
  }

  #receive(message: Buffer): void {
    const chunk = takeText(message, CHUNK);
    if (chunk !== undefined) return this.#onChunk?.(chunk);
    for (const { form, receive } of this.#relays) {
      const text = takeText(message, form);
      if (text !== undefined) return receive(text);
    }
    this.#dispatch(JSON.parse(message.toString()) as Incoming, message);
  }

  /** Throws if the message is not what it should be: it may come from anything that speaks WebSocket. */
  #dispatch(message: Incoming, bytes: Buffer): void {
    if (!isObject(message)) throw new TypeError("The message is no object.");
    if (message.sessionId !== this.#sessionId) {
      this.#children.get(String(message.sessionId))?.(bytes);
      return;
    }
    if (message.method === "HeapProfiler.addHeapSnapshotChunk") {
      const { chunk } = message.params as { chunk: unknown };
      if (typeof chunk !== "string") throw new TypeError("A chunk is no text.");
      this.#onChunk?.(Buffer.from(chunk));
      return;
    }
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

  #end(reason: CaptureError | undefined): void {
    const error = reason ?? this.#closeReason ?? targetLost(this.target.label);
    this.#ended.abort(error);
    for (const pending of this.#pending.values()) pending.settle(error);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
