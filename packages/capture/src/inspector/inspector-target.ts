// Finds the inspector behind what a person types: `9229`, `host:9229`, `http://host:9229` or a whole `ws://…` address.
// An inspector lists what it can debug at `/json/list`; a Node process lists itself, a browser lists its pages.
// A host name is resolved here, because an inspector answers 400 to a `Host` header that is neither an IP nor `localhost`.
// Cost: one HTTP request. Called by connectInspector and by whoever wants to offer a choice.

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { parseInspectorJson } from "./inspector-json.ts";
import { CaptureError, harmless } from "../capture-error.ts";
import { aborted, unreachable } from "./errors.ts";
import { httpGet, type HttpAnswer } from "../http-get.ts";
import { rejectionOf } from "../rejection-of.ts";

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
  /** Connects where the address alone does not lead, such as into the network of a container. */
  readonly connect?: Connect;
}

/** Opens a connection, as `net.connect` does. */
export type Connect = (to: { readonly host: string; readonly port: number }) => Duplex;

/** The longest time that a timer can measure. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** How long `listInspectorTargets` may take. */
export interface ListOptions {
  signal?: AbortSignal;
  /** Longest wait for the host's address and the list together, milliseconds; default 5000. */
  timeoutMs?: number;
  /** Connects where the address alone does not lead. */
  connect?: Connect;
}

/**
 * Lists what the inspector at `address` offers; a `ws://` address is its own and only target and is not asked.
 * Throws `CaptureError` with code `bad-address`, `unreachable`, `not-an-inspector` or `aborted`.
 */
export async function listInspectorTargets(
  address: string,
  options: ListOptions = {},
): Promise<InspectorTarget[]> {
  const { signal, connect } = options;
  const url = parseAddress(address);
  const label = address.trim();
  const timeout = AbortSignal.timeout(Math.min(Math.ceil(options.timeoutMs ?? 5000), LONGEST_TIMEOUT_MS));
  const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  let list: HttpAnswer;
  try {
    await resolveHost(url, stop);
    if (isWebSocketUrl(url))
      return [{ webSocketUrl: url.href, title: "", type: "", label, ...(connect && { connect }) }];
    url.pathname = "/json/list";
    list = await httpGet(url, { signal: stop, connect });
  } catch (error) {
    if (signal?.aborted === true) throw aborted(label, signal);
    throw unreachable(label, timeout.aborted ? { code: "ETIMEDOUT" } : error);
  }
  return readEntries(list, label).flatMap((entry) => {
    if (typeof entry !== "object" || entry === null) throw noInspector(label, list.status);
    const { webSocketDebuggerUrl, title, type } = entry as Record<string, unknown>;
    if (typeof webSocketDebuggerUrl !== "string") return []; // another client that allows no second one holds it
    if (!URL.canParse(webSocketDebuggerUrl) || !isWebSocketUrl(new URL(webSocketDebuggerUrl)))
      throw noInspector(label, list.status);
    return [
      {
        webSocketUrl: webSocketDebuggerUrl,
        title: typeof title === "string" ? title : "",
        type: typeof type === "string" ? type : "",
        label,
        ...(connect && { connect }),
      },
    ];
  });
}

/**
 * The only target at `address`, or the only page: a browser lists the workers of a page beside it, which are reached
 * through the page. Throws `CaptureError`, also with code `ambiguous` when there are several.
 */
export async function findInspectorTarget(
  address: string,
  options: ListOptions = {},
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
  const [page, ...otherPages] = targets.filter(({ type }) => type === "page");
  if (page !== undefined && otherPages.length === 0) return page;
  if (targets.length > 1) {
    const choices = targets
      .slice(0, 8)
      .map(({ webSocketUrl, title, type }) => `${harmless(webSocketUrl)} (${harmless(title || type)})`);
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
  url.hash = ""; // a WebSocket takes none
  return url;
}

function isWebSocketUrl({ protocol, hash }: URL): boolean {
  return (protocol === "ws:" || protocol === "wss:") && hash === "";
}

async function resolveHost(url: URL, stop: AbortSignal): Promise<void> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host === "localhost" || isIP(host) !== 0) return;
  const { address, family } = await Promise.race([lookup(host), rejectionOf(stop)]);
  url.hostname = family === 6 ? `[${address}]` : address;
}

function readEntries({ status, body }: HttpAnswer, label: string): unknown[] {
  if (status === 404) {
    throw new CaptureError(
      label,
      "not-an-inspector",
      `${harmless(label)} answers, but lists no inspector targets; if the process runs with --inspect-publish-uid=stderr, give the ws:// address that it printed.`,
    );
  }
  try {
    const list = parseInspectorJson(body);
    if (status === 200 && Array.isArray(list)) return list;
  } catch {
    // Not JSON: said below.
  }
  throw noInspector(label, status);
}

function noInspector(label: string, status: number): CaptureError {
  return new CaptureError(
    label,
    "not-an-inspector",
    `What answers at ${harmless(label)} is no inspector (HTTP ${status}); is this the port of the application itself?`,
  );
}
