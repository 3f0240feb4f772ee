// A connection to an inspector over one WebSocket.
//
// It is never cut off: on Node 18, 20 and 22 a connection that breaks while the target sends a snapshot kills the target
// in one to three of a hundred cases (SIGSEGV in its inspector thread; measured, `docs/capture.md`). The closing handshake
// is safe, and answered at once even while the target's JavaScript stands still. So every end goes through it, and we
// read on until the target has answered.

import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { CaptureError, harmless } from "../capture-error.ts";
import { aborted } from "./errors.ts";
import type { Channel, ChannelReceiver } from "./channel.ts";
import { noProtocol, unreachable } from "./errors.ts";
import type { InspectorTarget } from "./inspector-target.ts";

/** A process that is stopped (SIGSTOP) does not answer the farewell. */
const FAREWELL_MS = 3000;

/** Connects within `timeoutMs`. Throws `CaptureError`. */
export async function openWebSocket(
  target: InspectorTarget,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Channel> {
  const { label, connect } = target;
  const socket = new WebSocket(target.webSocketUrl, {
    perMessageDeflate: false, // V8 never offers it
    maxPayload: 0, // chunks are up to 1 MiB today; no reason to refuse a longer one
    skipUTF8Validation: true,
    ...(Number.isFinite(timeoutMs) ? { handshakeTimeout: Math.max(1, timeoutMs) } : {}), // 0 would be no limit
    ...(connect === undefined ? {} : { createConnection: connect as () => Duplex as never }),
  });
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: CaptureError): void => {
      signal?.removeEventListener("abort", onAbort);
      socket.off("open", settle);
      if (error === undefined) return resolve();
      socket.on("error", () => {}); // terminating a socket that still connects makes it complain
      socket.terminate();
      reject(error);
    };
    const onAbort = (): void => settle(aborted(label, signal as AbortSignal));
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("open", () => settle());
    socket.once("error", (error) => settle(unreachable(label, error)));
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      settle(
        new CaptureError(
          label,
          "not-an-inspector",
          `${harmless(target.webSocketUrl)} refused the connection (HTTP ${response.statusCode}); the process may have restarted: give its port instead.`,
        ),
      );
    });
  });
  return new WebSocketChannel(socket, label);
}

class WebSocketChannel implements Channel {
  readonly #socket: WebSocket;
  readonly #label: string;
  #endReason: CaptureError | undefined;

  constructor(socket: WebSocket, label: string) {
    this.#socket = socket;
    this.#label = label;
    // Nothing that arrives before there is a receiver may get lost.
    socket.pause();
    socket.on("error", () => {}); // always followed by "close", where it is dealt with
  }

  open(receiver: ChannelReceiver): void {
    this.#socket.on("message", (data: Buffer) => {
      if (this.#endReason !== undefined) return;
      try {
        receiver.receive(data);
      } catch (error) {
        this.#endReason = noProtocol(this.#label, error);
        void this.close();
      }
    });
    this.#socket.once("close", () => receiver.end(this.#endReason));
    this.#socket.resume();
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.resume();
    socket.close();
    // The answer may stand behind a whole snapshot, so only silence counts. The farewell of a process that is stopped
    // stands in its queue: when it runs on it is read first, before the end of the connection.
    const timer = setTimeout(() => socket.terminate(), FAREWELL_MS);
    const onMessage = (): void => void timer.refresh();
    socket.on("message", onMessage);
    await closed;
    clearTimeout(timer);
  }
}
