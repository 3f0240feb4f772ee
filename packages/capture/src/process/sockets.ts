// Which sockets are a process's own: its open files name their inodes, and the tables of its network namespace say what
// they are. Cost: one link for each open file until all are found, and the tables.

import { ifPermitted, ifReadable, isGone, listPids, listProcFolder, readProcLink } from "./proc-file.ts";
import { readSocketRows, type ReadSocketRows, type SocketRow, type SocketState } from "./net-tables.ts";

/** A port on which a process waits for connections. */
export interface ListeningSocket {
  /** `127.0.0.1`, `0.0.0.0` (all of IPv4), `::1`, `::` (all). */
  readonly address: string;
  readonly port: number;
  readonly inode: number;
}

/** Where a listening socket can be reached from its own machine: `127.0.0.1:9229`, `[::1]:9229`. */
export function reachableAddress({ address, port }: ListeningSocket): string {
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The ports of the process, in its own network namespace; none if it is gone. `undefined`: not permitted. */
export function listListeningSockets(
  pid: number,
  read: ReadSocketRows = readSocketRows,
): ListeningSocket[] | undefined {
  return listOwn(pid, "listening", read)?.map(({ local, inode }) => ({ ...local, inode }));
}

/** Connections that the process has accepted on its port `port`. `undefined`: not permitted. */
export function listConnections(pid: number, port: number): SocketRow[] | undefined {
  return listOwn(pid, "established", (...of) =>
    readSocketRows(...of).filter(({ local }) => local.port === port),
  );
}

function listOwn(pid: number, state: SocketState, read: ReadSocketRows): SocketRow[] | undefined {
  try {
    return ifPermitted(() => {
      const files = listProcFolder(pid, "fd");
      const rows = new Map(read(pid, state).map((row) => [row.inode, row]));
      return findSockets(pid, files, new Set(rows.keys())).map((inode) => rows.get(inode)!);
    });
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Whoever has a port that a listener at `address` would need. */
export interface PortHolder {
  /** `undefined`: another user's. */
  readonly pid: number | undefined;
}

/** Who listens on `port` in the network namespace of process `pid` so that `address` is taken; `undefined`: nobody. */
export function findPortHolder(pid: number, address: string, port: number): PortHolder | undefined {
  const everywhere = new Set(["0.0.0.0", "::"]);
  const row = readSocketRows(pid, "listening").find(
    ({ local }) =>
      local.port === port &&
      (local.address === address || everywhere.has(local.address) || everywhere.has(address)),
  );
  return row === undefined ? undefined : { pid: findOwner(row.inode) };
}

/** The one at the other end of a connection, if it is on this machine and may be seen. */
export function findPeer(pid: number, row: SocketRow): number | undefined {
  const peer = readSocketRows(pid, "established").find(
    ({ local, remote }) =>
      local.port === row.remote.port &&
      remote.port === row.local.port &&
      local.address === row.remote.address &&
      remote.address === row.local.address,
  );
  return peer === undefined ? undefined : findOwner(peer.inode);
}

/** A process that has the socket open; this one first, whose connections are the most likely to be asked for. */
function findOwner(inode: number): number | undefined {
  const wanted = new Set([inode]);
  return [process.pid, ...listPids()].find((pid) => {
    const files = ifReadable(() => listProcFolder(pid, "fd")) ?? [];
    return findSockets(pid, files, wanted).length > 0;
  });
}

/** Those of the wanted sockets, by their inodes, that these open files of the process are. */
export function findSockets(pid: number, files: readonly string[], wanted: ReadonlySet<number>): number[] {
  const found = new Set<number>();
  for (const file of files) {
    if (found.size === wanted.size) break;
    const target = ifReadable(() => readProcLink(pid, `fd/${file}`)) ?? "";
    const inode = Number(/^socket:\[(\d+)\]$/.exec(target)?.[1]);
    if (wanted.has(inode)) found.add(inode);
  }
  return [...found];
}
