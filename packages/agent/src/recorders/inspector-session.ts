// A session with the process's own inspector, without a port, for what Node has no other way to ask. Two things about it are
// not nice: V8 keeps what is logged while a session is open, and forgets the ids of objects when one ends. Both are dealt
// with when the session is closed. Called by the recorders.

import type { Session } from "node:inspector";
import { Refusal } from "../agent-error.ts";
import { loadModule } from "../load-module.ts";
import type { ThreadLink } from "../thread-link.ts";

/** What the notifications have that anybody here listens to. */
interface Notice {
  readonly chunk: string;
}

export interface InspectorSession {
  /** Rejects with what the inspector says. Answers before it returns on Node 18 and 20, later on others. */
  post<Result>(method: string, params?: object): Promise<Result>;
  on(method: string, listener: (message: { params: Notice }) => void): void;
  /** Idempotent. */
  close(): void;
}

/** Throws a `Refusal` where the runtime has no inspector. */
export function openSession(link: ThreadLink): InspectorSession {
  let session: Session;
  try {
    const inspector = loadModule<typeof import("node:inspector")>("inspector");
    session = new inspector.Session();
    session.connect();
  } catch (error) {
    throw new Refusal(
      "unsupported",
      `this runtime has no inspector, which a profile needs: ${(error as Error).message}`,
    );
  }
  return {
    post: (method, params = {}) =>
      new Promise((resolve, reject) => {
        session.post(method, params, (error, result) =>
          error ? reject(new Error(error.message)) : resolve(result as never),
        );
      }),
    on: (method, listener) => session.on(method, listener),
    close: () => {
      // Answers or not: what is to be done is done.
      session.post("Runtime.discardConsoleEntries");
      session.disconnect();
      link.renewIds();
    },
  };
}
