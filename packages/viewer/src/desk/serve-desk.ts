/**
 * Answers the messages of one page, whatever they come over: a worker's port, a thread's, a WebSocket. A message that is none is
 * answered with an error where it has a number, and passed over where not; nothing that comes in can end the desk.
 *
 * Progress goes out at most `PROGRESS_MS` apart for each question, and so do changes of files other than of their states.
 */
import { LinkError, type FileEntry, type MessageToPage, type QuestionName } from "../protocol/index.ts";
import { createCancelling, type Cancelling } from "./cancelling.ts";
import type { Desk } from "./desk.ts";

/** A way to a page. */
export interface PagePort {
  post(message: MessageToPage): void;
  /** Messages as they came, parsed but not looked at. */
  onMessage(listener: (message: unknown) => void): void;
}

const PROGRESS_MS = 66;
/** Questions of one page at once; more are refused. */
const MOST_QUESTIONS = 500;

/** Serves a page until the function that is returned is called; that cancels what it still asks. */
export function serveDesk(desk: Desk, port: PagePort): () => void {
  const asked = new Map<number, Cancelling>();
  let isOpen = true;

  async function answer(id: number, name: QuestionName, ask: unknown): Promise<void> {
    const signal = createCancelling();
    asked.set(id, signal);
    let next = 0;
    try {
      const answered = await desk.answer(name, ask, {
        signal,
        onProgress(progress) {
          const now = Date.now();
          if (now < next || !isOpen || signal.aborted) return;
          next = now + PROGRESS_MS;
          port.post({ type: "progress", id, progress });
        },
      });
      if (isOpen && !signal.aborted) port.post({ type: "answer", id, answer: answered });
    } catch (error) {
      if (isOpen) port.post(errorMessage(id, error));
    } finally {
      if (asked.get(id) === signal) asked.delete(id);
    }
  }

  port.onMessage((message) => {
    if (!isOpen || typeof message !== "object" || message === null) return;
    const { type, id, name, ask } = message as Readonly<Record<string, unknown>>;
    if (typeof id !== "number" || !Number.isSafeInteger(id)) return;
    if (type === "cancel") asked.get(id)?.cancel();
    else if (type !== "ask" || typeof name !== "string")
      port.post(
        errorMessage(id, new LinkError("bad-question", "The message is not one that the desk knows.")),
      );
    else if (asked.has(id))
      port.post(
        errorMessage(id, new LinkError("bad-question", "A question with this number is being answered.")),
      );
    else if (asked.size >= MOST_QUESTIONS)
      port.post(errorMessage(id, new LinkError("too-many", "Too many questions at once; wait for answers.")));
    else void answer(id, name as QuestionName, ask);
  });

  const stopFiles = desk.onFiles(throttleFiles((files) => isOpen && port.post({ type: "files", files })));
  return () => {
    isOpen = false;
    stopFiles();
    for (const signal of asked.values()) signal.cancel();
  };
}

function errorMessage(id: number, error: unknown): MessageToPage {
  const { code, message } =
    error instanceof LinkError ? error : new LinkError("internal", "The question could not be answered.");
  return { type: "error", id, code, message };
}

/** Passes on what changed but for progress that follows another's too soon. */
function throttleFiles(post: (files: readonly FileEntry[]) => void): (files: readonly FileEntry[]) => void {
  let next = 0;
  let states = "";
  return (files) => {
    const now = Date.now();
    const newStates = files.map((file) => `${file.state} ${file.progress?.stage ?? ""}`).join();
    if (newStates === states && now < next) return;
    states = newStates;
    next = now + PROGRESS_MS;
    post(files);
  };
}
