// Which ways there are to the heap of a process, and why the others are closed. Decided from what is known from outside;
// nothing is sent. A wrong yes may kill the process, so each of them needs evidence; a wrong no costs a try by hand.
//
//   agent       an @heapscope/agent runs in it: asked for a snapshot, it makes one. Nothing is opened, no signal is sent,
//               ids stay comparable with those of its other snapshots, and what it redacts stays redacted.
//   inspector   its inspector is open: connect. Nothing of the process changes but lines on its standard error.
//   sigusr1     Node opens its inspector on this signal. Sent to a process that has no handler for it, it kills.
//   signal      Node writes a snapshot of its main thread on a signal that was chosen at its start
//               (--heapsnapshot-signal). It dies if it cannot write the file.
//
// One thing cannot be told: a program that handles SIGUSR1 itself looks like one that leaves it to Node (threads.ts).
// Its own handler runs then, and no inspector opens.

import { constants } from "node:os";
import type { RunningAgent } from "../agent/find-agent.ts";
import { harmless } from "../capture-error.ts";
import type { InspectorState } from "../process/find-inspector.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import type { Runtime } from "../process/executable.ts";
import type { Signal } from "../process/runtime-flags.ts";
import { findPlaceHolder, inspectorPlaceOf } from "../process/inspector-place.ts";
import { hasSignal } from "../process/status.ts";

export type RouteName = "agent" | "inspector" | "sigusr1" | "signal";

export interface RouteOffer {
  readonly route: RouteName;
  readonly works: boolean;
  /** A clause for people: why it works, or why not and what to do. */
  readonly reason: string;
}

/** Node sets up its handlers within some 30 ms; machines are slow at times. */
const STARTING_MS = 1000;

const RUNTIME_NAMES: Readonly<Record<Runtime, string>> = {
  node: "Node",
  deno: "Deno",
  bun: "Bun",
  chromium: "Chromium",
  electron: "Electron",
  other: "this program",
};

/** All ways to the heap of the process, the least harmful first. Throws nothing that a process could cause. */
export function listRoutes(
  process: ProcessFacts,
  inspector: InspectorState,
  agent: RunningAgent | undefined,
): RouteOffer[] {
  const general = refuseAll(process, inspector, agent);
  if (general !== undefined) {
    return (["agent", "inspector", "sigusr1", "signal"] as const).map((route) => refuse(route, general));
  }
  return [
    offerAgent(process, agent),
    offerInspector(process, inspector),
    offerSigusr1(process, inspector),
    offerSignal(process),
  ];
}

/** What closes every way. */
function refuseAll(
  process: ProcessFacts,
  inspector: InspectorState,
  agent: RunningAgent | undefined,
): string | undefined {
  const { pid, state, userId, executable, runtime } = process;
  if (state === "zombie") return "it has exited already";
  if (!isOwn(userId)) return `it belongs to another user (id ${userId}); run as that user or as root`;
  if (executable === undefined) {
    return isRoot()
      ? "the system does not let root look into it from here, as in a container without CAP_SYS_PTRACE"
      : "this user may not look into it, as it was started with more rights; run as root";
  }
  if (state === "stopped") return `it is stopped and answers nobody; let it go on with kill -CONT ${pid}`;
  if (runtime === "other" && inspector.url === undefined && agent === undefined)
    return "it is neither Node nor another program whose heap can be captured";
  return undefined;
}

function offerAgent({ runtime }: ProcessFacts, agent: RunningAgent | undefined): RouteOffer {
  const route = "agent";
  if (agent !== undefined) return offer(route, `@heapscope/agent ${agent.version} runs in it`);
  if (runtime !== "node" && runtime !== "electron")
    return refuse(route, `there is no @heapscope/agent for ${RUNTIME_NAMES[runtime]}`);
  return refuse(
    route,
    "no @heapscope/agent runs in it; start it with node --import @heapscope/agent/register",
  );
}

function offerInspector(process: ProcessFacts, inspector: InspectorState): RouteOffer {
  const route = "inspector";
  const { runtime, sameNetwork, inspectorFlags } = process;
  if (runtime === "bun") {
    return refuse(
      route,
      `Bun's inspector has no V8 snapshots; call Bun.generateHeapSnapshot("v8") in the program`,
    );
  }
  const { state, url, socket, clients } = inspector;
  if (state === "closed") {
    if (runtime === "chromium") return refuse(route, "nothing answers at its debugging port");
    return refuse(
      route,
      inspectorFlags.permission
        ? `--permission forbids the inspector${allowInspector(process)}`
        : "its inspector is closed; it is open in a process that was started with --inspect",
    );
  }
  if (socket === undefined) {
    return refuse(
      route,
      sameNetwork === false
        ? "whether its inspector is open cannot be seen from another network namespace"
        : "whether its inspector is open cannot be seen, as it does not answer; try again",
    );
  }
  const place = `${socket.address}:${socket.port}`;
  if (state === "unknown") {
    if (sameNetwork !== false) return refuse(route, `its inspector at ${place} does not answer; try again`);
    const remedy = isRoot()
      ? "and nsenter does not reach it"
      : "which nsenter can reach for root; run as root";
    return refuse(route, `its inspector (${place}) is in another network namespace, ${remedy}`);
  }
  if (url === undefined) {
    return refuse(
      route,
      `its inspector at ${place} tells nobody its address; give the ws:// address that it printed to its standard error`,
    );
  }
  const [client] = clients;
  const where = sameNetwork === false ? `${place} in another network namespace` : place;
  if (client === undefined) return offer(route, `its inspector is open at ${where}`);
  const who = client.pid === undefined ? "somebody" : `process ${client.pid}${nameOf(client.command)}`;
  const others = clients.length > 1 ? ` and ${clients.length - 1} more` : "";
  const uses = clients.length > 1 ? "use" : "uses";
  return offer(
    route,
    `its inspector is open at ${where}, and ${who}${others} ${uses} it: snapshots taken there so far lose their object ids`,
  );
}

function offerSigusr1(process: ProcessFacts, inspector: InspectorState): RouteOffer {
  const route = "sigusr1";
  const { runtime, sameNetwork, inspectorFlags, heapSnapshotSignal, reportSignal } = process;
  if (runtime !== "node" && runtime !== "electron")
    return refuse(route, `${RUNTIME_NAMES[runtime]} does not know SIGUSR1 and would die of it`);
  if (inspector.state === "open" || inspector.state === "in-use" || inspector.socket !== undefined)
    return refuse(route, "its inspector is open already");
  const usr1: Signal = { name: "SIGUSR1", number: constants.signals.SIGUSR1 };
  if (heapSnapshotSignal?.number === usr1.number)
    return refuse(route, "on SIGUSR1 it writes a snapshot instead (--heapsnapshot-signal)");
  if (reportSignal?.number === usr1.number)
    return refuse(route, "on SIGUSR1 it writes a report instead (--report-signal)");
  if (hasSignal(process.signals.blocked, usr1.number)) {
    return refuse(
      route,
      inspectorFlags.permission
        ? `--permission switches SIGUSR1 off${allowInspector(process)}`
        : "SIGUSR1 is switched off (--disable-sigusr1); start it without that, or with --inspect",
    );
  }
  if (!inspectorFlags.publishesHttp) {
    return refuse(
      route,
      "its inspector would tell its address to nobody but its standard error (--inspect-publish-uid); open it by kill -USR1, and give the ws:// address",
    );
  }
  const unsafe = refuseUncaught(process, usr1);
  if (unsafe !== undefined) return refuse(route, unsafe);

  const { address, port } = inspectorPlaceOf(process);
  const holder = findPlaceHolder(process);
  if (holder !== undefined) {
    const who = holder.pid === undefined ? "another user's program" : `process ${holder.pid}`;
    return refuse(
      route,
      `its inspector would open on port ${port}, which ${who} has; end that, or start this one with --inspect-port=0`,
    );
  }
  const where = port === 0 ? "a free port" : `${harmless(address, 60)}:${port}`;
  if (sameNetwork === false && !isRoot()) {
    return refuse(
      route,
      "SIGUSR1 would open its inspector in another network namespace; run as root, to reach it from there with nsenter",
    );
  }
  return offer(
    route,
    `SIGUSR1 opens its inspector on ${where}, unless the program has a handler of its own for it`,
  );
}

function offerSignal(process: ProcessFacts): RouteOffer {
  const route = "signal";
  const { runtime, heapSnapshotSignal: signal, inspectorFlags } = process;
  if (runtime !== "node" && runtime !== "electron")
    return refuse(route, `${RUNTIME_NAMES[runtime]} writes no snapshots on a signal`);
  if (signal === undefined) return refuse(route, "it was not started with --heapsnapshot-signal=SIGUSR2");
  if (hasSignal(process.signals.blocked, signal.number))
    return refuse(route, `it keeps ${signal.name} back; use another way`);
  const unsafe = refuseUncaught(process, signal);
  if (unsafe !== undefined) return refuse(route, unsafe);
  const folder = snapshotFolder(process);
  const shown = folder === undefined ? "its working folder" : harmless(folder);
  if (inspectorFlags.permission && !mayWrite(process, folder)) {
    return refuse(
      route,
      `--permission forbids it to write to ${shown}, and it would die of trying; start it with --allow-fs-write, too`,
    );
  }
  return offer(
    route,
    `on ${signal.name} it writes a snapshot of its main thread to ${shown}; it would die if it could not`,
  );
}

/** The flag that allows the inspector under the permission model, where there is one. */
function allowInspector({ version }: ProcessFacts): string {
  return Number(/^v(\d+)/.exec(version ?? "")?.[1]) >= 24 ? "; start it with --allow-inspector, too" : "";
}

/** Why a signal would end the process: it has no handler for it. */
function refuseUncaught({ signals, uptimeMs }: ProcessFacts, { name, number }: Signal): string | undefined {
  if (hasSignal(signals.caught, number)) return undefined;
  if (hasSignal(signals.ignored, number)) return `it ignores ${name}`;
  return uptimeMs < STARTING_MS
    ? `it has just started, and would die of ${name}; try again in a second`
    : `it has no handler for ${name}, and would die of it`;
}

/** Where a snapshot on a signal goes; Node 18 knows no other place than the working folder. */
function snapshotFolder({ version, workingFolder, diagnosticFolder }: ProcessFacts): string | undefined {
  return version?.startsWith("v18.") === true ? workingFolder : (diagnosticFolder ?? workingFolder);
}

function mayWrite({ writablePaths }: ProcessFacts, folder: string | undefined): boolean {
  return writablePaths.some((path) => {
    const parent = path.replace(/\/?\*?$/, "");
    return path === "*" || (path.startsWith("/") && (folder === parent || folder?.startsWith(`${parent}/`)));
  });
}

function nameOf(command: string | undefined): string {
  return command === undefined || command === "" ? "" : ` (${harmless(command, 60)})`;
}

function isOwn(userId: number): boolean {
  return isRoot() || globalThis.process.geteuid?.() === userId;
}

function isRoot(): boolean {
  return globalThis.process.geteuid?.() === 0;
}

function offer(route: RouteName, reason: string): RouteOffer {
  return { route, works: true, reason };
}

function refuse(route: RouteName, reason: string): RouteOffer {
  return { route, works: false, reason };
}
