// One page and the desk: questions from its connection go to the desk's thread, answers go back. Whatever comes over the
// connection is from outside: a message that is none is answered with an error, and goes no further.
//
// A page that does not read, since it sleeps or is stopped in its debugger, must not fill this process: while much waits
// to be sent to it no question is read, and what is only news (progress, states of the files) waits or is left out. What
// can wait is then bounded by `MOST_UNANSWERED` answers.

import type { MessagePort } from "node:worker_threads";
import type { MessageToDesk, MessageToPage } from "@heapscope/viewer/protocol";
import type { WebSocket } from "ws";

/** Bytes that wait to be sent to a page before it is left to read them. */
const MUCH = 1 << 22;

/** The WebSocket protocol's code for an unexpected end; the page knows it as well. */
export const DESK_FAILED = 1011;

/** Questions that one page may have open. */
const MOST_UNANSWERED = 128;

/** What is needed of a connection; a `WebSocket` fits. */
export type PageSocket = Pick<
  WebSocket,
  "bufferedAmount" | "close" | "isPaused" | "on" | "pause" | "resume" | "send"
>;

export function joinPage(page: PageSocket, desk: MessagePort): void {
  const unanswered = new Set<number>();
  let latestFiles: MessageToPage | undefined;

  const write = (message: MessageToPage): void => {
    page.send(JSON.stringify(message), onSent);
    if (page.bufferedAmount > MUCH && !page.isPaused) page.pause();
  };
  const onSent = (): void => {
    if (page.bufferedAmount > MUCH) return;
    if (page.isPaused) page.resume();
    const files = latestFiles;
    latestFiles = undefined;
    if (files !== undefined) write(files);
  };
  const refuse = (id: number, code: string, message: string): void =>
    write({ type: "error", id, code, message });

  page.on("message", (data, isBinary) => {
    const message = isBinary ? undefined : readMessage(String(data));
    if (message === undefined)
      return refuse(-1, "bad-question", "The server got a message that is no question; reload the page.");
    if (message.type === "ask") {
      if (unanswered.has(message.id))
        return refuse(
          -1,
          "bad-question",
          `The question ${message.id} is being answered already; reload the page.`,
        );
      if (unanswered.size >= MOST_UNANSWERED)
        return refuse(message.id, "too-many", "Too many questions are open at once; wait for their answers.");
      unanswered.add(message.id);
    }
    try {
      desk.postMessage(message);
    } catch {
      // Nested more deeply than a message between threads can be.
      unanswered.delete(message.id);
      refuse(message.id, "bad-question", "The question could not be passed on; reload the page.");
    }
  });
  page.on("close", () => desk.close());
  page.on("error", () => {}); // it closes, too

  desk.on("message", (message: MessageToPage) => {
    if (message.type === "answer" || message.type === "error") unanswered.delete(message.id);
    const isNews = message.type === "progress" || message.type === "files";
    if (!isNews || page.bufferedAmount <= MUCH) return write(message);
    if (message.type === "files") latestFiles = message;
  });
  // The desk has ended before the server did.
  desk.on("close", () => page.close(DESK_FAILED));
}

/** A message as the protocol has it; the desk checks what is asked. */
function readMessage(text: string): MessageToDesk | undefined {
  let message: Partial<Record<string, unknown>> | null;
  try {
    message = JSON.parse(text) as typeof message;
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null) return undefined;
  const { type, id, name, ask } = message;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) return undefined;
  if (type === "cancel") return { type, id };
  if (type !== "ask" || typeof name !== "string" || typeof ask !== "object" || ask === null) return undefined;
  return { type, id, name: name as (MessageToDesk & { type: "ask" })["name"], ask };
}
