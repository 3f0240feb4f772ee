// Something that speaks WebSocket and answers each command as a test wants: targets that cannot be had, or that lie.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

export interface FakeInspector {
  readonly url: string;
  /** The methods that were asked for so far. */
  readonly asked: readonly string[];
  close(): void;
}

interface Command {
  readonly id: number;
  readonly method: string;
  readonly params?: Record<string, unknown>;
}

/** `answer` returns what goes into the answer: `{ result: … }`, `{ error: … }`; and may send events. */
export async function startFakeInspector(
  answer: (method: string, send: (event: object) => void, params: Record<string, unknown>) => object,
): Promise<FakeInspector> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const asked: string[] = [];
  server.on("connection", (socket) => {
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on("message", (data: Buffer) => {
      const { id, method, params = {} } = JSON.parse(data.toString()) as Command;
      asked.push(method);
      send({ id, ...answer(method, send, params) });
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => server.close(),
  };
}

/** The answer of V8 to a command that it does not know. */
export const unknownCommand = { error: { code: -32601, message: "'X.y' wasn't found" } };
