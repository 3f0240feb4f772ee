// /proc/PID/net/tcp and tcp6: every TCP socket in the network namespace of a process, whoever holds it. One row each:
//
//   sl  local_address rem_address   st … inode
//    3: 0100007F:240D 00000000:0000 0A … 31337    127.0.0.1:9229, listening
//
// Addresses are the bytes as they are sent, in words of four that the machine writes its own way round. Rows are read
// with one search for those in the wanted state: a busy server has a hundred thousand.

import { endianness } from "node:os";
import { ifReadable, readProcFile, readProcLink } from "./proc-file.ts";

/** One end of a connection: `127.0.0.1`, `0.0.0.0`, `::1`, `::`, … */
interface SocketAddress {
  readonly address: string;
  readonly port: number;
}

export interface SocketRow {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** Names the socket: an open file of its process leads to `socket:[inode]`. */
  readonly inode: number;
}

const STATES = { established: "01", listening: "0A" } as const;

export type SocketState = keyof typeof STATES;

/** Reads the sockets in this state that exist where the process is. Throws what `readFileSync` throws. */
export type ReadSocketRows = (pid: number, state: SocketState) => readonly SocketRow[];

/** Cost: up to 10 ms on a large machine even if there are no sockets, since the kernel walks its whole table. */
export function readSocketRows(pid: number, state: SocketState): SocketRow[] {
  return ["net/tcp", "net/tcp6"].flatMap((name) => parseSocketRows(readProcFile(pid, name), state));
}

/** A reader that asks once for each network namespace: for a look at many processes at one time. */
export function createSocketReader(): ReadSocketRows {
  const known = new Map<string, readonly SocketRow[]>();
  return (pid, state) => {
    const namespace = ifReadable(() => readProcLink(pid, "ns/net"));
    if (namespace === undefined) return readSocketRows(pid, state);
    const key = `${namespace} ${state}`;
    let rows = known.get(key);
    if (rows === undefined) known.set(key, (rows = readSocketRows(pid, state)));
    return rows;
  };
}

export function parseSocketRows(text: string, state: SocketState): SocketRow[] {
  const row = new RegExp(
    String.raw`^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ${STATES[state]} \S+ \S+ \S+ +\d+ +\d+ (\d+)`,
    "gm",
  );
  return [...text.matchAll(row)].map(([, localHex, localPort, remoteHex, remotePort, inode]) => ({
    local: { address: formatAddress(localHex!), port: Number.parseInt(localPort!, 16) },
    remote: { address: formatAddress(remoteHex!), port: Number.parseInt(remotePort!, 16) },
    inode: Number(inode),
  }));
}

function formatAddress(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  if (endianness() === "LE") bytes.swap32();
  if (bytes.length === 4) return bytes.join(".");
  // An IPv4 address that a socket for both has: ::ffff:127.0.0.1.
  if (bytes.subarray(0, 12).toString("hex") === "00000000000000000000ffff")
    return bytes.subarray(12).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
