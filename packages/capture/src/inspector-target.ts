// Finds the inspector behind what a person types: `9229`, `host:9229`, `http://host:9229` or a whole `ws://…` address.
// An inspector lists what it can debug at `/json/list`; a Node process lists itself, a browser lists its pages.
// A host name is resolved here, because an inspector answers 400 to a `Host` header that is neither an IP nor `localhost`.
// Cost: one HTTP request. Called by connectInspector and by whoever wants to offer a choice.

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { CaptureError, harmless, reasonOf } from "./capture-error.ts";

/** Something an inspector can be asked about: a Node process, a page, a worker. */
export interface InspectorTarget {
  /** Address of the inspector protocol, `ws://…`. Whoever knows it can run code in the target. */
  readonly webSocketUrl: string;
  /** What the target calls itself: the script's path for Node, the page's title for a browser; "" if unknown. */
  readonly title: string;
  /** `node`, `page`, `worker` …; "" if unknown. */
  readonly type: string;
  /** The address as the caller gave it, for messages. */
  readonly label: string;
}

const LIST_TIMEOUT_MS = 5000;

/**
 * Lists what the inspector at `address` offers; a `ws://` address is its own and only target and is not asked.
 * Throws `CaptureError` with code `bad-address`, `unreachable`, `not-an-inspector` or `aborted`.
 */
export async function listInspectorTargets(
  address: string,
  options: { signal?: AbortSignal } = {},
): Promise<InspectorTarget[]> {
  const url = parseAddress(address);
  const label = address.trim();
  await resolveHost(url, label);
  if (url.protocol === "ws:" || url.protocol === "wss:") {
    return [{ webSocketUrl: url.href, title: "", type: "", label }];
  }
  url.pathname = "/json/list";
  const entries = await fetchList(url, label, options.signal);
  return entries.flatMap((entry) => {
    const { webSocketDebuggerUrl, title, type } = entry as Record<string, unknown>;
    if (typeof webSocketDebuggerUrl !== "string") return []; // another client that allows no second one holds it
    return [
      {
        webSocketUrl: webSocketDebuggerUrl,
        title: typeof title === "string" ? title : "",
        type: typeof type === "string" ? type : "",
        label,
      },
    ];
  });
}

/** The only target at `address`. Throws `CaptureError`, also with code `ambiguous` when there are several. */
export async function findInspectorTarget(
  address: string,
  options: { signal?: AbortSignal } = {},
): Promise<InspectorTarget> {
  const targets = await listInspectorTargets(address, options);
  const [only] = targets;
  if (only === undefined) {
    throw new CaptureError(
      address,
      "not-an-inspector",
      `The inspector at ${harmless(address)} offers no target; is another debugger attached to it?`,
    );
  }
  if (targets.length > 1) {
    const choices = targets
      .slice(0, 8)
      .map(({ webSocketUrl, title }) => `${harmless(webSocketUrl)} (${harmless(title)})`);
    throw new CaptureError(
      address,
      "ambiguous",
      `The inspector at ${harmless(address)} offers ${targets.length} targets; give the address of one: ${choices.join(", ")}.`,
    );
  }
  return only;
}

function parseAddress(address: string): URL {
  const text = address.trim();
  const complete = /^\d+$/.test(text)
    ? `http://127.0.0.1:${text}`
    : /^[a-z]+:\/\//i.test(text)
      ? text
      : `http://${text}`;
  const url = URL.canParse(complete) ? new URL(complete) : undefined;
  const known = url !== undefined && ["http:", "https:", "ws:", "wss:"].includes(url.protocol);
  if (!known || url.hostname === "" || (url.port === "" && !/^wss?:/.test(url.protocol))) {
    throw new CaptureError(
      address,
      "bad-address",
      `“${harmless(text)}” is no inspector address; give a port (9229), host:port, or the ws:// address that the process printed.`,
    );
  }
  return url;
}

async function resolveHost(url: URL, label: string): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || isIP(host) !== 0) return;
  try {
    const { address, family } = await lookup(host);
    url.hostname = family === 6 ? `[${address}]` : address;
  } catch (error) {
    throw unreachable(label, error);
  }
}

async function fetchList(url: URL, label: string, signal: AbortSignal | undefined): Promise<unknown[]> {
  const timeout = AbortSignal.timeout(LIST_TIMEOUT_MS);
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    body = await response.text();
  } catch (error) {
    if (signal?.aborted === true) throw aborted(label, signal);
    throw unreachable(label, timeout.aborted ? { code: "ETIMEDOUT" } : ((error as Error).cause ?? error));
  }
  if (response.status === 404) {
    throw new CaptureError(
      label,
      "not-an-inspector",
      `${harmless(label)} answers, but lists no inspector targets; if the process runs with --inspect-publish-uid=stderr, give the ws:// address that it printed.`,
    );
  }
  try {
    const list: unknown = JSON.parse(body);
    if (response.ok && Array.isArray(list)) return list;
  } catch {
    // Not JSON: said below.
  }
  throw new CaptureError(
    label,
    "not-an-inspector",
    `What answers at ${harmless(label)} is no inspector (HTTP ${response.status}); is this the port of the application itself?`,
  );
}

/** The error for an address where nothing answers. */
export function unreachable(label: string, error: unknown): CaptureError {
  return new CaptureError(
    label,
    "unreachable",
    `Cannot reach an inspector at ${harmless(label)}: ${reasonOf(error)}; start the process with --inspect=127.0.0.1:PORT and give that port.`,
    error,
  );
}

/** The error for a caller's signal; its reason is the cause. */
export function aborted(label: string, signal: AbortSignal): CaptureError {
  return new CaptureError(label, "aborted", "Stopped as asked; nothing was kept.", signal.reason);
}
