import { endianness } from "node:os";
import { expect, test } from "vitest";
import { createSocketReader, parseSocketRows } from "./net-tables.ts";

// Recorded: listening on 127.0.0.1:9229, a connection to it (both ends), and one that is closing.
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 0100007F:240D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 437201 1 0000000000000000 100 0 0 10 0                    
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20117 1 0000000000000000 100 0 0 10 0                    
   2: 0100007F:A2C4 0100007F:240D 01 00000000:00000000 00:00000000 00000000     0        0 437311 1 0000000000000000 20 4 0 10 -1                    
   3: 0100007F:240D 0100007F:A2C4 01 00000000:00000000 02:000AFFFF 00000000     0        0 437312 2 0000000000000000 20 4 0 10 -1                    
   4: 0100007F:240D 0100007F:A2C6 06 00000000:00000000 03:000012C1 00000000     0        0 0 3 0000000000000000                                      
`;
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 441906 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:240D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 441907 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:0BB8 0000000000000000FFFF00000100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 441999 1 0000000000000000 20 4 30 10 -1
   3: B80D0120000000000000000001000000:240E 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 441908 1 0000000000000000 100 0 0 10 0
`;

test.runIf(endianness() === "LE")("listening sockets and connections are told apart", () => {
  expect(parseSocketRows(tcp, "listening")).toEqual([
    {
      local: { address: "127.0.0.1", port: 9229 },
      remote: { address: "0.0.0.0", port: 0 },
      inode: 437201,
    },
    { local: { address: "0.0.0.0", port: 80 }, remote: { address: "0.0.0.0", port: 0 }, inode: 20117 },
  ]);
  expect(parseSocketRows(tcp, "established").map(({ local, remote }) => [local.port, remote.port])).toEqual([
    [41668, 9229],
    [9229, 41668],
  ]);
});

test.runIf(endianness() === "LE")("addresses of IPv6 are written short, and IPv4 inside them as IPv4", () => {
  expect(parseSocketRows(tcp6, "listening").map(({ local }) => local)).toEqual([
    { address: "::", port: 3000 },
    { address: "::1", port: 9229 },
    { address: "2001:db8::1", port: 9230 },
  ]);
  expect(parseSocketRows(tcp6, "established").map(({ local, remote }) => [local.address, remote])).toEqual([
    ["127.0.0.1", { address: "127.0.0.1", port: 50000 }],
  ]);
});

test("a shared reader asks once for each namespace and state", () => {
  const read = createSocketReader();
  expect(read(process.pid, "listening")).toBe(read(process.ppid, "listening"));
  expect(read(process.pid, "listening")).not.toBe(read(process.pid, "established"));
});
