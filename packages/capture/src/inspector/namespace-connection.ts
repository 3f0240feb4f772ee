// Connections into the network of a container, from the host. An inspector listens on the loopback of its own network
// namespace, which cannot be reached from outside and which a Node process cannot enter; `nsenter` (util-linux) can start
// a program there. That program is this Node with a few lines that pass bytes on. Needs root, or CAP_SYS_ADMIN.
//
//   us ◀─ pipes ─▶ nsenter --net: node ◀─ TCP ─▶ inspector

import { spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { harmless } from "../capture-error.ts";
import type { Connect } from "./inspector-target.ts";

/** Ends when either side ends, with what it has passed on so far. */
const RELAY = `const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect({ host, port: Number(port) });
process.stdin.pipe(socket).pipe(process.stdout);
socket.on("error", ({ code }) => { process.stderr.write(code ?? "failed"); process.exit(1); });
socket.on("close", () => process.exit(0));
process.stdout.on("error", () => process.exit(0));`;

/** How to connect to an address as process `pid` sees it. A connection that cannot be made fails with one error. */
export function connectInNetworkOf(pid: number): Connect {
  return ({ host, port }) => {
    const relay = spawn(
      "nsenter",
      ["--target", String(pid), "--net", "--", process.execPath, "-e", RELAY, host, String(port)],
      { stdio: ["pipe", "pipe", "pipe"] },
    );
    const stream = Duplex.from({ readable: relay.stdout, writable: relay.stdin });
    let said = "";
    relay.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    relay.stdin.on("error", () => {}); // the relay has ended, which its exit tells
    const fail = (reason: string): void => void stream.destroy(new Error(reason));
    relay.once("error", () => fail("the program nsenter (util-linux) cannot be started"));
    relay.once("close", (code) => {
      if (code === 0) return;
      const isForbidden = /permission denied|not permitted/i.test(said);
      fail(
        isForbidden
          ? "entering the network of its container needs root (try sudo)"
          : `nsenter failed (${harmless(said.trim() || `exit code ${code}`)})`,
      );
    });
    return stream;
  };
}
