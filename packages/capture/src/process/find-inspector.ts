// Whether the inspector of a process is open, where, and who uses it: its listening sockets, and the question that every
// inspector answers, `GET /json/version`. No session is opened: a session prints lines to the standard error of the
// process, and when it ends, V8 forgets the ids of all objects.
//
//   sockets of the process ──▶ those that may be an inspector ──▶ /json/version ──▶ /json/list ──▶ connections to it
//
// An application must not be bothered: only ports are asked that its flags name, that inspectors usually have, or that
// can be reached from this machine alone. A port that is open to the network is the application's; what comes there
// is counted, logged, and may cost money.

import { parseInspectorJson } from "../inspector/inspector-json.ts";
import { ancestorsOf } from "./ancestors.ts";
import { formatCommand } from "./command-words.ts";
import { HttpStatusError, askInspector } from "./inspector-http.ts";
import type { ReadSocketRows } from "./net-tables.ts";
import { ifReadable, readProcWords } from "./proc-file.ts";
import type { ProcessFacts } from "./read-process.ts";
import { DEFAULT_INSPECTOR_PORT } from "./inspector-place.ts";
import {
  findPeer,
  listConnections,
  listListeningSockets,
  reachableAddress,
  type ListeningSocket,
} from "./sockets.ts";
import { listThreadNames } from "./threads.ts";

/** Somebody who is connected to an inspector. */
export interface InspectorClient {
  /** `undefined`: on another machine, in another network namespace, or another user's. */
  readonly pid?: number;
  readonly command?: string;
}

/** What can be said about the inspector of a process. */
export interface InspectorState {
  /**
   * `open`: it waits for a client. `in-use`: it has one, or several. `closed`: nothing of the process listens that is one.
   * `unknown`: this user may not see, or it cannot be reached from here, or the process does not answer.
   */
  readonly state: "open" | "in-use" | "closed" | "unknown";
  /** Where to connect; of a browser, its first page. Missing if the process does not tell. */
  readonly url?: string;
  /** The port that is the inspector's; with `unknown`, the one that probably is. */
  readonly socket?: ListeningSocket;
  readonly clients: readonly InspectorClient[];
}

export interface FindInspectorOptions {
  readonly signal?: AbortSignal;
  /** Asks `ip:port` for a path: for inspectors in another network namespace. Rejects unless the answer is good. */
  readonly http?: (address: string, path: string) => Promise<string>;
  /** For a look at many processes at one time: `createSocketReader()`. */
  readonly readSocketRows?: ReadSocketRows;
}

// Node counts upwards from 9229 in a cluster; nobody runs more than a few by hand.
const LAST_DEFAULT_PORT = 9250;

/**
 * Looks for the inspector of a process. Cost: a few small files, and one to two requests of a millisecond; a port
 * that does not answer costs a second. Throws only if `signal` says so.
 */
export async function findInspector(
  facts: ProcessFacts,
  options: FindInspectorOptions = {},
): Promise<InspectorState> {
  const sockets = isInspectorAbsent(facts) ? [] : listListeningSockets(facts.pid, options.readSocketRows);
  if (sockets === undefined) return { state: "unknown", clients: [] };
  const candidates = sockets
    .filter((socket) => mayBeInspector(socket, facts))
    .sort((a, b) => likelihood(b, facts) - likelihood(a, facts));
  if (candidates.length === 0) return { state: "closed", clients: [] };
  const isReachable = options.http !== undefined || facts.sameNetwork !== false;
  if (!isReachable || facts.state === "stopped") return guess(candidates, facts);

  const ask = options.http ?? ((address, path) => askInspector(address, path, { signal: options.signal }));
  let isSilent = false;
  for (const socket of candidates) {
    const answer = await question(socket, facts, ask);
    options.signal?.throwIfAborted();
    if (answer === "other") continue;
    if (answer === "silent") {
      // A port of the application's may wait for the client to speak first; an inspector's answers.
      isSilent ||= likelihood(socket, facts) > 0;
      continue;
    }
    const clients = listClients(facts.pid, socket.port);
    const state = clients.length > 0 ? "in-use" : "open";
    return { state, ...answer, socket, clients };
  }
  return isSilent ? guess(candidates, facts) : { state: "closed", clients: [] };
}

/** What a socket says: it is an inspector (perhaps with the address to connect to), something else, or nothing. */
type Answer = { readonly url?: string } | "other" | "silent";

async function question(
  socket: ListeningSocket,
  facts: ProcessFacts,
  ask: (address: string, path: string) => Promise<string>,
): Promise<Answer> {
  const address = reachableAddress(socket);
  try {
    if (!isVersion(await ask(address, "/json/version"))) return "other";
  } catch (error) {
    if (!(error instanceof HttpStatusError)) return isFromOther(error) ? "other" : "silent";
    // An inspector that does not publish its address answers 404 to everything, as many an application would.
    const hides = !facts.inspectorFlags.publishesHttp && error.status === 404;
    return hides && likelihood(socket, facts) > 0 ? {} : "other";
  }
  try {
    const path = findTargetPath(await ask(address, "/json/list"));
    return path === undefined ? {} : { url: `ws://${address}${path}` };
  } catch {
    return {}; // Bun has no list
  }
}

function isVersion(text: string): boolean {
  const { Browser: browser } = (parseJson(text) ?? {}) as { Browser?: unknown };
  return (
    typeof browser === "string" && /^(?:node\.js\/|Deno\/|Bun\b|(?:Headless)?Chrome\/|Edg\/)/.test(browser)
  );
}

/** The path of the first page of a browser, or of the process itself. Only the path: the rest of it we know better. */
function findTargetPath(text: string): string | undefined {
  const list = parseJson(text);
  const targets = (Array.isArray(list) ? list : []) as readonly Record<string, unknown>[];
  const target = targets.find((each) => each?.["type"] === "page") ?? targets[0];
  const url = target?.["webSocketDebuggerUrl"];
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, pathname } = new URL(url);
  return protocol === "ws:" ? pathname : undefined;
}

function parseJson(text: string): unknown {
  try {
    return parseInspectorJson(text);
  } catch {
    return undefined;
  }
}

/** Whether an answer that is no HTTP came, or the connection was closed: whatever listens there is no inspector. */
function isFromOther(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code.startsWith("HPE_") || code === "ECONNRESET" || code === "ECONNREFUSED";
}

function mayBeInspector(socket: ListeningSocket, facts: ProcessFacts): boolean {
  return likelihood(socket, facts) > 0 || socket.address.startsWith("127.") || socket.address === "::1";
}

/** 2: named by the flags; 1: a usual port, or any if the flags want a free one there; 0: any other. */
function likelihood({ address, port }: ListeningSocket, { inspectorFlags }: ProcessFacts): 0 | 1 | 2 {
  if (port === inspectorFlags.port) return 2;
  if (port >= DEFAULT_INSPECTOR_PORT && port <= LAST_DEFAULT_PORT) return 1;
  return inspectorFlags.port === 0 && address === (inspectorFlags.address ?? "127.0.0.1") ? 1 : 0;
}

/** Node says by a thread whether the inspector is open; versions before 24 give their threads no names. */
function isInspectorAbsent({ pid, runtime, version }: ProcessFacts): boolean {
  if (runtime !== "node" || !(Number(/^v(\d+)/.exec(version ?? "")?.[1]) >= 24)) return false;
  const names = ifReadable(() => listThreadNames(pid)) ?? [];
  return names.some((name) => name.endsWith("V8Worker")) && !names.includes("InspectorIo");
}

/** When nobody can be asked: the port that the flags name, or a usual one, is probably the inspector's. */
function guess(candidates: readonly ListeningSocket[], facts: ProcessFacts): InspectorState {
  const [socket] = candidates;
  const isLikely = socket !== undefined && likelihood(socket, facts) > 0;
  return { state: "unknown", ...(isLikely ? { socket } : {}), clients: [] };
}

/** All connections to the port but our own, and those of programs that we have started to reach it. */
function listClients(pid: number, port: number): InspectorClient[] {
  // Read afresh: in a table that is older than the questions above, these would look like clients.
  const connections = listConnections(pid, port) ?? [];
  return connections.flatMap((connection): InspectorClient[] => {
    const peer = ifReadable(() => findPeer(pid, connection));
    if (peer === undefined) return [{}];
    if (peer === process.pid || [...ancestorsOf(peer)].includes(process.pid)) return [];
    const args = ifReadable(() => readProcWords(peer, "cmdline"));
    return [
      { pid: peer, ...(args === undefined ? {} : { command: formatCommand("other", args, undefined) }) },
    ];
  });
}
