/** What goes over a wire or between threads. Every message survives JSON. */
import type { FileEntry, WorkProgress } from "./answers.ts";
import type { QuestionName } from "./questions.ts";

export type MessageToDesk =
  | { readonly type: "ask"; readonly id: number; readonly name: QuestionName; readonly ask: unknown }
  | { readonly type: "cancel"; readonly id: number };

export type MessageToPage =
  | { readonly type: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly type: "error"; readonly id: number; readonly code: string; readonly message: string }
  | { readonly type: "progress"; readonly id: number; readonly progress: WorkProgress }
  | { readonly type: "files"; readonly files: readonly FileEntry[] };
