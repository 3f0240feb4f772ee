// Which user of this machine is at the other end of a connection to 127.0.0.1. The address of the viewer stands on the command
// line of the browser that was started with it, and on Linux every user may read command lines: so the secret in it is not
// enough there. Linux tells the owner of each end of a connection (/proc/net/tcp); elsewhere nobody does.
//
// Cost: reads one file, about 150 bytes for each connection of the machine.

import { readFileSync } from "node:fs";

/** 127.0.0.1, as the kernel writes it. */
const LOOPBACK = "0100007F";

/**
 * Whether the end with `peerPort`, of a connection from 127.0.0.1 to our port there, belongs to another user. Root is no
 * other user: it can read our memory anyway, and relays of containers and virtual machines run as root. False where the
 * system does not tell.
 */
export function isAnotherUser(
  peerPort: number,
  ownPort: number,
  table: string | undefined = readTable(),
  ownUser: number | undefined = process.getuid?.(),
): boolean {
  const user = table === undefined ? undefined : findOwner(table, peerPort, ownPort);
  return user !== undefined && user !== 0 && user !== ownUser;
}

/** Whether the system tells who is at the other end. */
export function canTellUsers(): boolean {
  return process.getuid !== undefined && readTable() !== undefined;
}

function readTable(): string | undefined {
  try {
    return readFileSync("/proc/net/tcp", "latin1");
  } catch {
    return undefined;
  }
}

/** A row: `  3: 0100007F:D2F4 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 …`. */
function findOwner(table: string, peerPort: number, ownPort: number): number | undefined {
  const ends = ` ${LOOPBACK}:${formatPort(peerPort)} ${LOOPBACK}:${formatPort(ownPort)} `;
  const at = table.indexOf(ends);
  if (at === -1) return undefined;
  // State, queues, timer, retransmissions; then the user.
  const [, user] = /^(?:\S+\s+){4}(\d+)/.exec(table.slice(at + ends.length, at + ends.length + 120)) ?? [];
  return user === undefined ? undefined : Number(user);
}

function formatPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
