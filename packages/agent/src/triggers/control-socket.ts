// The control socket: the HTTP API for `heapscope capture PID` and `heapscope agent status PID`, for the same user of this machine.
//
//   TMP/heapscope-agent-UID/       0700, ours
//     PID.sock                     0600, the API
//     PID.json                     0600, { schema, pid, token, socket, version, startedAt }: a token of its own, random
//
// Who can read the token can be that user anyway, and signal or debug the process. Opened a moment after the start, so that neither
// the start nor a short-lived script pays for it; both files are removed when it stops. What a process leaves that was killed is
// nobody's way to anything, and lies there until another one has its number. Where the folder cannot be had there is one warning and no control socket.

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import { makePrivateFolder } from "../private-folder.ts";
import { createApi } from "./http-api.ts";
import { openServer } from "./http-listener.ts";

const AFTER_START_MS = 100;

/** Opens it, a moment later. `version` is the agent's. */
export function openControlSocket(desk: CaptureDesk, version: string): Trigger {
  return openServer("control", desk, "control socket", AFTER_START_MS, () => {
    const { pid } = process;
    const folder = makePrivateFolder();
    const path = `${folder}/${pid}.sock`;
    const record = `${folder}/${pid}.json`;
    const token = randomBytes(32).toString("hex");
    return {
      api: createApi({ token }, desk, "control"),
      path,
      onListening() {
        fs.rmSync(record, { force: true });
        fs.writeFileSync(
          record,
          JSON.stringify({
            schema: "heapscope/agent-control@1",
            pid,
            token,
            socket: path,
            version,
            startedAt: new Date(Date.now() - process.uptime() * 1000).toISOString(),
          }),
          // A new file, never through a link.
          { mode: 0o600, flag: "wx" },
        );
      },
      onStop: () => fs.rmSync(record, { force: true }),
    };
  });
}
