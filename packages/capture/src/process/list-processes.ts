// The processes of this machine that have a heap to look at: Node, Deno, Bun, Electron, and Chromium where it listens for
// debuggers. Most processes of a machine are something else, so a first look at the executable decides before the
// rest is read. Processes come and go meanwhile; those that went are left out.
// Cost: some 50 µs for each process of the machine; the first time, a search through each runtime's executable.

import { CaptureError } from "../capture-error.ts";
import { ancestorsOf } from "./ancestors.ts";
import {
  ifReadable,
  isForbidden,
  isGone,
  listPids,
  readProcLink,
  readProcWords,
  requireProc,
} from "./proc-file.ts";
import { readProcess, readRuntime, type ProcessFacts } from "./read-process.ts";

/** All but this process, and what started it only to start it (`npm exec`, `npx`). Throws `CaptureError`: `unsupported`. */
export function listProcesses(): ProcessFacts[] {
  requireProc();
  const starters = listStarters();
  return listPids().flatMap((pid) => {
    if (pid === process.pid || starters.has(pid)) return [];
    const facts = readCandidate(pid);
    return facts === undefined || facts.state === "zombie" ? [] : [facts];
  });
}

/**
 * Those whose command line contains `pattern`, with case, as `pgrep -f` without expressions; but no ancestor of this
 * process, whose command line may hold the pattern for us. Throws `CaptureError`: `unsupported`.
 */
export function findProcesses(pattern: string): ProcessFacts[] {
  const ancestors = new Set(ancestorsOf(process.pid));
  return listProcesses().filter(({ pid, args }) => !ancestors.has(pid) && args.join(" ").includes(pattern));
}

function readCandidate(pid: number): ProcessFacts | undefined {
  try {
    const args = readProcWords(pid, "cmdline");
    if (args.length === 0) return undefined; // the kernel's own, and zombies
    const executable = ifReadable(() => readProcLink(pid, "exe"));
    if (readRuntime(pid, args, executable).runtime === "other") return undefined;
    return readProcess(pid);
  } catch (error) {
    const isHidden = error instanceof CaptureError || isGone(error) || isForbidden(error);
    if (isHidden) return undefined;
    throw error;
  }
}

const STARTER = /^(?:npm|npx|pnpm|pnpx|yarn|bunx)(?: |$)/;
const STARTER_SCRIPT = /\/(?:npm|npx)-cli\.js$|\/pnpm\.c?js$|\/yarn(?:\.js)?$/;
const SHELL = /^(?:.*\/)?(?:sh|bash|dash|ash)$/;

/** The package runners above this process, as far as there is nothing but shells between. */
function listStarters(): Set<number> {
  const starters = new Set<number>();
  for (const pid of ancestorsOf(process.pid)) {
    const [first = "", second = ""] = ifReadable(() => readProcWords(pid, "cmdline")) ?? [];
    if (STARTER.test(first) || STARTER_SCRIPT.test(second)) starters.add(pid);
    else if (!SHELL.test(first)) break;
  }
  return starters;
}
