/** What the page says to its worker beside the questions: `File`s do not survive JSON, so these are of the worker alone. */
import type { FileIndex, MessageToDesk } from "../protocol/index.ts";

export type MessageToWorker =
  | MessageToDesk
  | { readonly type: "open"; readonly files: readonly File[] }
  | { readonly type: "cancelReading"; readonly file: FileIndex };
