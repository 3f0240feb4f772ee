// Runs the command that makes a process work for a round: by the shell, in a process group of its own, so that all it has
// started ends with it. What it prints is not shown; its last words are, when it fails.

import { spawn, type ChildProcess } from "node:child_process";
import { CommandError } from "../command-error.ts";

export interface ExerciseOptions {
  readonly signal: AbortSignal;
  /** For the command, as HEAPSCOPE_ROUND: 0 while the process is warmed up, then 1, 2, … */
  readonly round: number;
}

/** Of what a command prints, what is kept for the case that it fails. */
const LAST_WORDS = 2000;
/** From asking it to end to ending it. */
const GRACE_MS = 2000;

/**
 * Resolves when the command has ended well. Throws `CommandError` with code `exercise` when it has not, and the signal's
 * reason when that aborts; the command and its children are gone then.
 */
export async function runExercise(command: string, { signal, round }: ExerciseOptions): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(command, {
    shell: true,
    detached: process.platform !== "win32", // leader of a group
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HEAPSCOPE_ROUND: String(round) },
  });
  let words = "";
  const keep = (text: string): void => {
    words = (words + text).slice(-LAST_WORDS);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const stop = (): void => {
    endGroup(child);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [code, signalName] = await ended(child);
    signal.throwIfAborted();
    if (code === 0) return;
    throw failed(command, round, code === null ? `ended by ${signalName}` : `exit code ${code}`, words);
  } catch (error) {
    if (error instanceof CommandError || signal.aborted) throw error;
    throw failed(command, round, (error as Error).message, words);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** What has been started in the background may keep the pipes open for ever: the end of the command counts. */
function ended(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      // What it said last may be on its way.
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve([code, signal]);
      }, 20);
    });
  });
}

function endGroup(child: ChildProcess): void {
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (process.platform === "win32" || child.pid === undefined) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  kill("SIGTERM");
  const timer = setTimeout(() => kill("SIGKILL"), GRACE_MS);
  child.once("exit", () => clearTimeout(timer));
}

function failed(command: string, round: number, how: string, words: string): CommandError {
  const when = round === 0 ? "while the process was warmed up" : `in round ${round}`;
  const last = words.trim().split("\n").slice(-3).join(" ↵ ").slice(-300);
  const said = last === "" ? "it printed nothing" : `its last words: ${last}`;
  return new CommandError(
    "exercise",
    `the exercise “${command}” failed ${when} (${how}; ${said}); the process is left as it was. Try the command by itself.`,
    { command, round },
  );
}
