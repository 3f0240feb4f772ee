// Has snapshots read by another process: the engine's tables must not be on the heap that is measured, nor its code be
// loaded, transformed and counted by the test runner.

import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnalysisAnswer, AnalysisRequest } from "./analysis-protocol.ts";

/** Built beside this. */
const program = join(dirname(fileURLToPath(import.meta.url)), "chunks", "test-analysis.js");

/** Rejects with what went wrong there as a plain `Error`, and with the signal's reason. */
export async function runAnalysis<Kind extends AnalysisRequest["kind"]>(
  request: AnalysisRequest & { readonly kind: Kind },
  signal?: AbortSignal,
): Promise<AnalysisAnswer & { readonly kind: Kind }> {
  const output = await run(JSON.stringify(request), signal);
  const answer = JSON.parse(output) as AnalysisAnswer;
  if (answer.kind === "error") throw new Error(answer.message);
  return answer as AnalysisAnswer & { readonly kind: Kind };
}

function run(input: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], {
      env: environment(),
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const stop = (): void => {
      child.kill();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", stop, { once: true });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdin.on("error", () => {}); // it has ended early, which "close" tells
    child.on("error", (error) =>
      reject(new Error(`heapscope/testing cannot start a process to read its snapshots (${error.message}).`)),
    );
    child.on("close", (code, killer) => {
      signal?.removeEventListener("abort", stop);
      if (code === 0) resolve(output);
      else
        reject(
          new Error(
            `the process that reads the snapshots has ended with ${code ?? killer}: ${errors.trim() || "it said nothing"}`,
          ),
        );
    });
    child.stdin.end(input);
  });
}

/** Without what test runners and coverage tools hang into every process. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest } = process.env;
  return { ...rest, ELECTRON_RUN_AS_NODE: "1" };
}
