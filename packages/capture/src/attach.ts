// A session with whatever a person names, and the way back: the process is left as it was.
//
//   findTarget ─▶ inspector open? ──────────────▶ connect ─▶ the right process? ─▶ Attachment ─▶ close()
//                    └─ no: SIGUSR1 opens it ──────┘                                              └─ closes the inspector again
//
// Called by capture, and by all that only needs a session: live statistics, sampling, timelines.

import { CaptureError, harmless } from "./capture-error.ts";
import { findTarget, type ProcessTarget, type Target } from "./find-target.ts";
import { aborted } from "./inspector/errors.ts";
import { noticeExit } from "./inspector/exit-notice.ts";
import { connectInspector, type InspectorSession, type SendOptions } from "./inspector/inspector-session.ts";
import { evaluate } from "./inspector/target-facts.ts";
import type { InspectorState } from "./process/find-inspector.ts";
import {
  closeInspector,
  guardInspector,
  openInspector,
  type OpenedInspector,
} from "./route/open-inspector.ts";
import type { RouteName } from "./route/route-offers.ts";

export interface AttachOptions {
  signal?: AbortSignal;
  /** The one way to take; otherwise the first that works. */
  route?: "inspector" | "sigusr1";
  /** Attach although a debugger is attached already: when we leave, it loses the ids of its objects. */
  force?: boolean;
  /** Close the inspector afterwards although it was open before. */
  closeInspector?: boolean;
  /** Longest wait for the process to open its inspector, milliseconds; default 10 000. */
  timeoutMs?: number;
  /** Stay for a moment when the process comes to its end (`exiting`); it waits for us. Otherwise the session is closed. */
  keepAtExit?: boolean;
  /** What is being done, where it may take a moment: "opening the inspector of process 4242". */
  onStep?: (text: string) => void;
}

/** An open session that knows how it came about. */
export interface Attachment {
  readonly session: InspectorSession;
  readonly target: Target;
  readonly route: "inspector" | "sigusr1";
  /** For people: `process 4242 (node server.js)`, `localhost:9229`. Harmless on terminals. */
  readonly description: string;
  /** `undefined` for an address. */
  readonly pid: number | undefined;
  /** Aborts when the process has come to its end, and waits for us to leave. */
  readonly exiting: AbortSignal;
  /**
   * Ends the session and, if it was opened here, the inspector. Resolves with what could not be left as it was, in
   * sentences; usually none. Never fails. Also right in the middle of something.
   */
  close(): Promise<readonly string[]>;
}

/** Attaches to what `target` names. Throws `CaptureError`; the process is then as it was. */
export async function attach(target: string | Target, options: AttachOptions = {}): Promise<Attachment> {
  const { signal } = options;
  const found = typeof target === "string" ? await findTarget(target, signal && { signal }) : target;
  const attachment =
    found.kind === "process"
      ? await attachToProcess(found, options)
      : await attachToAddress(found.address, found, options);
  try {
    const exiting = await noticeExit(attachment.session, { keep: options.keepAtExit === true });
    return { ...attachment, exiting };
  } catch (error) {
    await attachment.close();
    throw error;
  }
}

/** Before it is known when the process ends. */
type NewAttachment = Omit<Attachment, "exiting">;

async function attachToAddress(
  address: string,
  target: Target,
  options: AttachOptions,
): Promise<NewAttachment> {
  const { signal, route = "inspector" } = options;
  if (route !== "inspector") {
    throw new CaptureError(
      address,
      "no-route",
      `Route ${route} needs a process; give a process id instead of an address.`,
    );
  }
  const session = await connectInspector(address, signal && { signal });
  return {
    session,
    target,
    route,
    description: harmless(address),
    pid: undefined,
    async close() {
      await session.close();
      return [];
    },
  };
}

async function attachToProcess(target: ProcessTarget, options: AttachOptions): Promise<NewAttachment> {
  const { facts, inspector, connect } = target;
  const { signal, onStep } = options;
  const { pid } = facts;
  const label = `process ${pid}`;
  const description = describeProcess(facts);
  const route = chooseRoute(target, options.route);
  if (route === "inspector" && inspector.state === "in-use" && options.force !== true)
    throw inUse(label, inspector);

  let opened: OpenedInspector | undefined;
  let session: InspectorSession | undefined;
  let stopGuarding = (): void => {};
  const close = async (): Promise<readonly string[]> => {
    stopGuarding();
    const ours = opened ?? (options.closeInspector === true ? alreadyOpen(label, inspector) : undefined);
    if (ours === undefined) {
      await session?.close();
      return [];
    }
    if (await closeInspector(facts, ours, session)) return [];
    return [
      `${label} is still busy with what it was asked; its inspector closes by itself within some seconds after that.`,
    ];
  };
  try {
    if (route === "sigusr1") {
      onStep?.(`opening the inspector of ${label}`);
      opened = await openInspector(facts, {
        connect,
        ...(signal && { signal }),
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
        onWait: () => onStep?.(`waiting for ${label} to open its inspector; its main thread is busy`),
      });
    }
    session = await connectInspector(
      opened?.target ?? {
        webSocketUrl: inspector.url!,
        title: "",
        type: "",
        label,
        ...(connect && { connect }),
      },
      signal && { signal },
    );
    if (opened !== undefined) stopGuarding = await guardInspector(session, signal && { signal });
    await confirmProcess(session, facts.innerPid, label, signal && { signal });
    if (isAborted(signal)) throw aborted(label, signal);
    return { session, target, route, description, pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** For people, harmless on terminals: `process 4242 (node server.js)`. */
export function describeProcess({ pid, command }: Pick<ProcessTarget["facts"], "pid" | "command">): string {
  return `process ${pid} (${harmless(command, 80)})`;
}

/** The first route to a session that works, or the one asked for. Throws `no-route` with all reasons. */
function chooseRoute(target: ProcessTarget, wanted: RouteName | undefined): "inspector" | "sigusr1" {
  const { facts, inspector, routes } = target;
  const label = `process ${facts.pid}`;
  const offers = routes.filter(({ route }) => route === "inspector" || route === "sigusr1");
  const offer =
    wanted === undefined ? offers.find(({ works }) => works) : offers.find(({ route }) => route === wanted);
  if (offer?.works === true) {
    if (offer.route === "sigusr1") return "sigusr1";
    if (inspector.url !== undefined) return "inspector";
    throw new CaptureError(
      label,
      "no-route",
      `The inspector of ${label} is open but does not publish its address; give the ws:// address that the process printed when it started.`,
    );
  }
  const reasons = wanted === undefined ? offers : offers.filter(({ route }) => route === wanted);
  throw noRoute(label, reasons);
}

/** The error for a process that none of these routes leads to. */
export function noRoute(
  label: string,
  reasons: readonly { readonly route: RouteName; readonly reason: string }[],
): CaptureError {
  const list = reasons.map(({ route, reason }) => `${route}: ${reason}`).join("; ");
  return new CaptureError(label, "no-route", `There is no way to ${label}: ${list}.`);
}

function inUse(label: string, { clients }: InspectorState): CaptureError {
  const known = clients.find(({ pid }) => pid !== undefined);
  const who =
    known === undefined ? "a debugger" : `process ${known.pid} (${harmless(known.command ?? "", 60)})`;
  return new CaptureError(
    label,
    "in-use",
    `The inspector of ${label} is used by ${who}: when we leave, that client loses the ids of its objects, and its snapshots cannot be compared any more; detach it, or attach all the same with --force.`,
  );
}

function alreadyOpen(label: string, { url, socket }: InspectorState): OpenedInspector | undefined {
  if (url === undefined || socket === undefined) return undefined;
  return { target: { webSocketUrl: url, title: "", type: "", label }, socket };
}

function isAborted(signal: AbortSignal | undefined): signal is AbortSignal {
  return signal?.aborted === true;
}

/** A port may have changed hands since we looked. */
async function confirmProcess(
  session: InspectorSession,
  innerPid: number,
  label: string,
  options: SendOptions | undefined,
): Promise<void> {
  const said = await evaluate(session, `typeof process === "object" ? process.pid : undefined`, options);
  if (said === undefined || said === innerPid) return;
  throw new CaptureError(
    label,
    "not-an-inspector",
    `The inspector that was thought to be that of ${label} belongs to another process; try again.`,
  );
}
