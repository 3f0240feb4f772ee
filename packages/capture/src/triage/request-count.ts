// Counts the HTTP requests that a Node process begins to answer, so that rounds of equal work can be told apart. Node
// publishes each request to whoever listens on a diagnostics channel: no function of the program is replaced, and a
// request costs one call more.
//
// The listener knows its counter only weakly; the counter is held by the session alone. So when the session ends, however
// it does, the counter goes with the next full collection, and the listener leaves with the next request. What is left
// then is a channel without listeners, as before.

import { CaptureError, harmless } from "../capture-error.ts";
import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";

/**
 * Evaluated in the target; `require` is there only while this runs. Our code may run in the middle of the program's, also
 * while it publishes a request: Node 18 takes a listener out of the list that it is just going through, so leaving waits
 * until the program's callback is over.
 */
const COUNTER = `(() => {
  const load = typeof require === "function" ? require : globalThis.process?.getBuiltinModule;
  const channels = load?.("node:diagnostics_channel");
  if (typeof channels?.subscribe !== "function") return undefined;
  const names = ["http.server.request.start", "http2.server.stream.start"];
  const counter = { count: 0, stop: () => leave() };
  const weakCounter = new WeakRef(counter);
  let isListening = true;
  const leave = async () => {
    if (!isListening) return;
    isListening = false;
    await undefined;
    for (const name of names) channels.unsubscribe(name, notice);
  };
  const notice = () => {
    const counter = weakCounter.deref();
    if (counter === undefined) leave();
    else if (isListening) counter.count++;
  };
  for (const name of names) channels.subscribe(name, notice);
  return counter;
})()`;

/** A counter at work. */
export interface RequestCounter {
  /** Requests so far. Throws `CaptureError`. */
  read(options?: SendOptions): Promise<number>;
  /** Takes the listener away. Never throws: the end of the session does the same. */
  stop(): Promise<void>;
}

/** How long a target that stands still may keep us from leaving. */
const FAREWELL_MS = 1000;

/** Starts to count. Throws `CaptureError`, code `unsupported` where there are no such channels. */
export async function countRequests(
  session: InspectorSession,
  options: SendOptions = {},
): Promise<RequestCounter> {
  const { result } = await session.send(
    "Runtime.evaluate",
    { expression: COUNTER, includeCommandLineAPI: true, silent: true },
    options,
  );
  const { objectId } = result;
  if (objectId === undefined) {
    const { label } = session.target;
    throw new CaptureError(
      label,
      "unsupported",
      `${harmless(label)} does not tell of its HTTP requests (Node does from 18.7 on); let rounds last for a time instead.`,
    );
  }
  const call = async (expression: string, limits: SendOptions): Promise<unknown> => {
    const answer = await session.send(
      "Runtime.callFunctionOn",
      {
        objectId,
        functionDeclaration: `function () { ${expression} }`,
        returnByValue: true,
        silent: true,
      },
      limits,
    );
    return answer.result.value;
  };
  return {
    async read(limits = {}) {
      const count = await call("return this.count;", limits);
      return typeof count === "number" && count >= 0 ? count : 0;
    },
    async stop() {
      if (session.ended.aborted) return;
      try {
        await call("this.stop();", { timeoutMs: FAREWELL_MS });
        await session.send("Runtime.releaseObject", { objectId }, { timeoutMs: FAREWELL_MS });
      } catch {
        // It does not answer, or is gone: the end of the session releases the counter.
      }
    },
  };
}
