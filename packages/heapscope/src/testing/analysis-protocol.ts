// What a test process and the process that reads its snapshots (analysis.ts) tell each other: one request on standard
// input, one answer on standard output, each one JSON text.

import type { LeakSuspect } from "./testing.ts";

export type AnalysisRequest =
  | {
      readonly kind: "leaks";
      /** The oldest first. */
      readonly files: readonly string[];
      /** The files will be there when the failure is read. */
      readonly stay: boolean;
      readonly perRound: number;
      readonly ignore: readonly string[];
      readonly keep: readonly string[];
      readonly baseline: string | undefined;
      readonly tolerance: number;
    }
  | { readonly kind: "count"; readonly file: string; readonly className: string };

export type AnalysisAnswer =
  | {
      readonly kind: "leaks";
      /** The failure in words; `undefined`: nothing leaks. */
      readonly message?: string;
      readonly suspects: readonly LeakSuspect[];
    }
  | { readonly kind: "count"; readonly count: number }
  /** It could not be done: one sentence. */
  | { readonly kind: "error"; readonly message: string };
