/** The page's way to the desk, whoever that is: a worker beside the page, a local server, or an archive in the page itself. */
import type { FileEntry, WorkProgress } from "./answers.ts";
import type { Answer, Ask, QuestionName } from "./questions.ts";
import type { FileIndex } from "./rows.ts";
import type { RowOf, Slice, TableName } from "./tables.ts";
import type { RowsQuestion } from "./questions.ts";

export interface AskOptions {
  /** Cancels the question: it then rejects with `LinkError` of code `cancelled`, and the work for it ends. */
  readonly signal?: AbortSignalLike | undefined;
  readonly onProgress?: ((progress: WorkProgress) => void) | undefined;
}

/** The part of an `AbortSignal` that is used; the protocol is compiled without the DOM. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface Link {
  /** How the page is served: what it may offer, such as dropping files. */
  readonly kind: "worker" | "server" | "archive";
  ask<Name extends QuestionName>(name: Name, ask: Ask<Name>, options?: AskOptions): Promise<Answer<Name>>;
  /** Called with all files whenever one of them changes, and once at first. Returns what ends it. */
  onFiles(listener: (files: readonly FileEntry[]) => void): () => void;
  /** Of a worker: opens files that the user has dropped or chosen. */
  readonly open?: (files: readonly { readonly name: string }[]) => void;
  /** Ends the reading of a file, where that is offered; the file is then `failed`, with a sentence. */
  readonly cancelReading?: (file: FileIndex) => void;
  /** Called when the way is cut off (a server that has ended), with a sentence. */
  onEnd?(listener: (sentence: string) => void): void;
}

/** `link.ask("rows", …)` with the type of the rows. */
export async function askRows<Name extends TableName>(
  link: Link,
  question: RowsQuestion<Name>,
  options?: AskOptions,
): Promise<Slice<RowOf<Name>>> {
  return (await link.ask("rows", question as unknown as RowsQuestion, options)) as Slice<RowOf<Name>>;
}

/** Why a question has no answer. The message is one sentence with cause and remedy. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  /** `cancelled`, `unknown-object`, `not-in-archive`, `bad-filter`, `bad-question`, `not-ready`, `not-a-snapshot`, `internal`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
