// The threads of a process, as /proc/PID/task lists them; readable for every user.
//
// One thread of Node waits for SIGUSR1: the signal's handler wakes it, and it has the main thread open the inspector. It
// exists on every version unless the signal is switched off, and since Node 24 it is called `SignalInspector`; before,
// it is told apart by keeping back every signal, which no other thread of Node does. It stays when a program takes
// SIGUSR1 for itself (`process.on("SIGUSR1")`), and so do the set of caught signals and the open files: nothing tells
// beforehand whose handler is there. Afterwards it shows: the thread wakes up once for Node's own handler, and not at
// all for the program's (Node 18, 20, 22, 24, 26; also while the main thread is busy or waits for a child).
//
// The inspector itself has a thread, called `InspectorIo` since Node 24.

import { ifReadable, listProcFolder, readProcFile } from "./proc-file.ts";
import { parseStatus } from "./status.ts";

/** Names of all threads, the main thread's first. The kernel keeps 15 characters. */
export function listThreadNames(pid: number): string[] {
  return listProcFolder(pid, "task").flatMap((thread) => {
    const name = ifReadable(() => readProcFile(pid, `task/${thread}/comm`));
    return name === undefined ? [] : [name.trimEnd()];
  });
}

/** The thread of Node that SIGUSR1 wakes. */
export interface SignalThread {
  readonly threadId: number;
  /** How often it has gone to sleep. One more after the signal: Node has it, and opens the inspector when it can. */
  readonly sleepCount: number;
}

// Signals 1 to 31 but for the two that cannot be kept back, SIGKILL and SIGSTOP.
const ALL_SIGNALS = 0x7fff_ffffn & ~(1n << 8n) & ~(1n << 18n);

/** `undefined`: there is none, or it cannot be told from others. Cost: one file a thread. */
export function findSignalThread(pid: number): SignalThread | undefined {
  const candidates: SignalThread[] = [];
  for (const thread of listProcFolder(pid, "task")) {
    const status = ifReadable(() => readProcFile(pid, `task/${thread}/status`));
    const count = /^voluntary_ctxt_switches:\s*(\d+)$/m.exec(status ?? "")?.[1];
    if (status === undefined || count === undefined) continue;
    const found = { threadId: Number(thread), sleepCount: Number(count) };
    if (/^Name:\s*SignalInspector$/m.test(status)) return found;
    if ((parseStatus(status).signals.blocked & ALL_SIGNALS) === ALL_SIGNALS) candidates.push(found);
  }
  return candidates.length === 1 ? candidates[0] : undefined;
}
