// The @heapscope/agent that runs in a process, found from outside: a Unix socket on which the process listens, and the file
// beside it that says how to talk to it. Nothing is sent, and the process does not notice.
//
//   /proc/PID/net/unix × /proc/PID/fd ─▶ …/heapscope-agent-UID/PID.sock ─▶ /proc/PID/root/… : the folder, opened once
//     └─▶ PID.json {schema, pid, token, version, startedAt} ─▶ checked ─▶ RunningAgent
//
// All that stands there may be a trap, set by whoever owns the process for whoever looks at it. So the folder is opened
// once and everything in it is reached through that descriptor: no link is followed in it, files of other owners, of other
// kinds, open to others or longer than a page are no agent's. The way through the descriptor is also the way around the
// 107 bytes that the address of a Unix socket may have. Cost: one file of /proc where there is no agent.

import fs from "node:fs";
import path from "node:path";
import { ifReadable, listProcFolder, readProcFile } from "../process/proc-file.ts";
import type { ProcessFacts } from "../process/read-process.ts";
import { findSockets } from "../process/sockets.ts";

/** An agent as it is seen from outside. */
export interface RunningAgent {
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Its socket, as the process sees it. Text of the process, to be escaped where it is shown. */
  readonly socket: string;
}

/** An agent that can be talked to. */
export interface OpenAgent extends RunningAgent {
  /** Secret: with it, snapshots can be had. */
  readonly token: string;
  /** To connect to, in this process, until `close`. */
  readonly address: string;
  close(): void;
}

/** What must be known of the process. */
export type AgentHost = Pick<ProcessFacts, "pid" | "innerPid" | "userId">;

/** The agent has written some 300 bytes. */
const LONGEST_CONTROL_FILE = 4096;

/** The agent of a process, or `undefined` if there is none, or none that this user may see. Throws nothing that a process could cause. */
export function findAgent(host: AgentHost): RunningAgent | undefined {
  const agent = openAgent(host);
  if (agent === undefined) return undefined;
  agent.close();
  const { version, startedAt, socket } = agent;
  return { version, startedAt, socket };
}

/** The same, with what it takes to talk to it. Call `close` in the end. */
export function openAgent(host: AgentHost): OpenAgent | undefined {
  for (const socket of listAgentSockets(host)) {
    try {
      const agent = openFolder(host, socket);
      if (agent !== undefined) return agent;
    } catch {
      // Gone, not permitted, or not what it should be.
    }
  }
  return undefined;
}

/** The sockets of the process that have the name of an agent's. */
function listAgentSockets({ pid, innerPid }: AgentHost): string[] {
  const table = ifReadable(() => readProcFile(pid, "net/unix")) ?? "";
  if (!table.includes("/heapscope-agent-")) return [];
  // Flags of a socket that listens, its type (stream), its state, its number, its name.
  const row = new RegExp(
    String.raw`^[\da-f]+: \S+ \S+ 00010000 0001 01 +(\d+) (/.*/heapscope-agent-\d+/${innerPid}\.sock)$`,
    "gm",
  );
  const names = new Map([...table.matchAll(row)].map(([, inode, name]) => [Number(inode), name!]));
  if (names.size === 0) return [];
  const files = ifReadable(() => listProcFolder(pid, "fd")) ?? [];
  return findSockets(pid, files, new Set(names.keys())).map((inode) => names.get(inode)!);
}

function openFolder({ pid, innerPid, userId }: AgentHost, socket: string): OpenAgent | undefined {
  if (path.normalize(socket) !== socket) return undefined; // `..` would lead out of its root
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const folder = fs.openSync(
    path.join(`/proc/${pid}/root`, path.dirname(socket)),
    O_RDONLY | O_DIRECTORY | O_NOFOLLOW,
  );
  let isFound = false;
  try {
    const isPrivate = ({ uid, mode }: fs.Stats): boolean =>
      (uid === userId || uid === 0) && (mode & 0o077) === 0;
    if (!isPrivate(fs.fstatSync(folder))) return undefined;
    const inFolder = (name: string): string => `/proc/self/fd/${folder}/${name}`;
    const address = inFolder(`${innerPid}.sock`);
    const stats = fs.lstatSync(address);
    if (!stats.isSocket() || !isPrivate(stats)) return undefined;
    const file = fs.openSync(inFolder(`${innerPid}.json`), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    let control: ControlFile | undefined;
    try {
      const facts = fs.fstatSync(file);
      if (!facts.isFile() || !isPrivate(facts) || facts.size > LONGEST_CONTROL_FILE) return undefined;
      control = parseControlFile(fs.readFileSync(file, "utf8"), innerPid);
    } finally {
      fs.closeSync(file);
    }
    if (control === undefined) return undefined;
    isFound = true;
    let isOpen = true;
    const close = (): void => {
      if (isOpen) fs.closeSync(folder);
      isOpen = false;
    };
    return { ...control, socket, address, close };
  } finally {
    if (!isFound) fs.closeSync(folder);
  }
}

interface ControlFile {
  readonly token: string;
  readonly version: string;
  readonly startedAt: string;
}

/** What an agent writes about itself; `undefined` for anything else. */
export function parseControlFile(text: string, innerPid: number): ControlFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { schema, pid, token, version, startedAt } = (value ?? {}) as Record<string, unknown>;
  if (schema !== "heapscope/agent-control@1" || pid !== innerPid) return undefined;
  // It becomes a header of HTTP.
  if (typeof token !== "string" || !/^[\w.~+/=-]{16,512}$/.test(token)) return undefined;
  if (typeof version !== "string" || !/^[\w.+-]{1,64}$/.test(version)) return undefined;
  if (typeof startedAt !== "string" || !/^[\d:.TZ-]{20,30}$/.test(startedAt)) return undefined;
  return { token, version, startedAt };
}
