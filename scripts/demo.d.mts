import type { ScriptTable } from "@heapscope/capture";
import type { Growth } from "@heapscope/engine";

export interface DemoOptions {
  /** Where the snapshots go; made if it is missing. */
  folder: string;
  /** Runs the server without the leak. */
  fixed?: boolean;
  /** Gets one line at a time. */
  print: (line: string) => void;
  signal?: AbortSignal;
}

export interface DemoResult {
  growth: Growth;
  /** What the locations in `growth` refer to. */
  scripts: ScriptTable;
  /** The snapshots, oldest first. */
  files: string[];
}

export function runDemo(options: DemoOptions): Promise<DemoResult>;
