/**
 * A link over messages, whatever carries them: a worker's port or a WebSocket. The counterpart of the desk's `serveDesk`.
 *
 * Whoever makes one tells it when the way is cut off (`end`): all questions then reject with the code `disconnected`.
 */
import {
  LinkError,
  type Answer,
  type Ask,
  type AskOptions,
  type FileEntry,
  type Link,
  type MessageToDesk,
  type MessageToPage,
  type QuestionName,
} from "../protocol/index.ts";

/** A way to a desk. Messages may be posted before the way is there; the port keeps them. */
export interface DeskPort {
  post(message: MessageToDesk): void;
  onMessage(listener: (message: MessageToPage) => void): void;
}

export interface MessageLink extends Link {
  onEnd(listener: (sentence: string) => void): void;
  /** Says that the way is cut off, and why; once. */
  end(sentence: string): void;
}

interface Asked {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: LinkError) => void;
  readonly onProgress: AskOptions["onProgress"];
}

export function createMessageLink(port: DeskPort, kind: Link["kind"]): MessageLink {
  const asked = new Map<number, Asked>();
  const fileListeners = new Set<(files: readonly FileEntry[]) => void>();
  const endListeners = new Set<(sentence: string) => void>();
  let files: readonly FileEntry[] = [];
  let ended: string | undefined;
  let lastId = 0;

  port.onMessage((message) => {
    switch (message.type) {
      case "answer":
        asked.get(message.id)?.resolve(message.answer);
        break;
      case "error":
        asked.get(message.id)?.reject(new LinkError(message.code, message.message));
        break;
      case "progress":
        asked.get(message.id)?.onProgress?.(message.progress);
        break;
      case "files":
        files = message.files;
        for (const listener of fileListeners) listener(files);
        break;
    }
  });

  return {
    kind,
    ask<Name extends QuestionName>(
      name: Name,
      ask: Ask<Name>,
      { signal, onProgress }: AskOptions = {},
    ): Promise<Answer<Name>> {
      if (ended !== undefined) return Promise.reject(new LinkError("disconnected", ended));
      if (signal?.aborted === true) return Promise.reject(cancelled());
      const id = ++lastId;
      return new Promise<Answer<Name>>((resolve, reject) => {
        const cancel = (): void => {
          port.post({ type: "cancel", id });
          settle();
          reject(cancelled());
        };
        const settle = (): void => {
          asked.delete(id);
          signal?.removeEventListener("abort", cancel);
        };
        asked.set(id, {
          onProgress,
          resolve(answer) {
            settle();
            resolve(answer as Answer<Name>);
          },
          reject(error) {
            settle();
            reject(error);
          },
        });
        signal?.addEventListener("abort", cancel, { once: true });
        port.post({ type: "ask", id, name, ask });
      });
    },
    onFiles(listener) {
      fileListeners.add(listener);
      listener(files);
      return () => fileListeners.delete(listener);
    },
    onEnd(listener) {
      endListeners.add(listener);
      if (ended !== undefined) listener(ended);
    },
    end(sentence) {
      if (ended !== undefined) return;
      ended = sentence;
      for (const { reject } of asked.values()) reject(new LinkError("disconnected", sentence));
      for (const listener of endListeners) listener(sentence);
    },
  };
}

function cancelled(): LinkError {
  return new LinkError("cancelled", "The question was cancelled.");
}
