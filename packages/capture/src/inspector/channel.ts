// What a session needs of its connection: texts in, texts out. A WebSocket is one (websocket-channel.ts), a worker thread
// behind the session of its process another (worker-channel.ts), a page's worker behind the session of its page a third.

import type { CaptureError } from "../capture-error.ts";

/** Carries protocol messages to and from one target. */
export interface Channel {
  /** Tells where messages and the end of the connection go. Called once, before anything else. */
  open(receiver: ChannelReceiver): void;
  /** Sends one message. Does nothing once the connection has ended. */
  send(text: string): void;
  /** Stops reading; what the target sends meanwhile is kept in the target's memory. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /**
   * Says farewell, and resolves when the connection has ended. What still arrives until then is read and delivered.
   * Never fails.
   */
  close(): Promise<void>;
}

/** The other side of a channel: the session. */
export interface ChannelReceiver {
  /** One message, UTF-8, to be used up at once; throws if it makes no sense. */
  receive(message: Buffer): void;
  /** The connection has ended; `reason` where the channel knows it. Called once. */
  end(reason?: CaptureError): void;
}
