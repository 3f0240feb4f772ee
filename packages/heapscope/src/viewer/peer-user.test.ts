import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { canTellUsers, isAnotherUser } from "./peer-user.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:D2F4 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 20 4 30 10 -1
   2: 0100007F:D2F4 0100007F:1F90 01 00000000:00000000 02:000A7D8C 00000000  1001        0 3 1 0 20 4 30 10 -1
   3: 0100007F:D2F5 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0 20 4 30 10 -1
`;

it("finds the owner of the other end, not of ours", () => {
  expect(isAnotherUser(0xd2f4, 0x1f90, table, 1000)).toBe(true);
  expect(isAnotherUser(0xd2f4, 0x1f90, table, 1001)).toBe(false);
});

it("takes root for nobody else, and lets in what the system does not tell", () => {
  expect(isAnotherUser(0xd2f5, 0x1f90, table, 1000)).toBe(false);
  expect(isAnotherUser(0xd2f6, 0x1f90, table, 1000)).toBe(false);
  expect(isAnotherUser(0xd2f4, 0x1f90, undefined, 1000)).toBe(false);
});

it.runIf(process.platform === "linux")("reads this system's table", async () => {
  expect(canTellUsers()).toBe(true);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1");
  const [peer] = (await once(server, "connection")) as [import("node:net").Socket];
  const peerPort = peer.remotePort ?? 0;
  const ownUser = process.getuid?.();
  expect(isAnotherUser(peerPort, port)).toBe(false);
  // Whoever runs the tests is another user to a server of somebody else's, unless it is root.
  expect(isAnotherUser(peerPort, port, undefined, 4_000_000)).toBe(ownUser !== 0);
  client.destroy();
  peer.destroy();
  server.close();
});
