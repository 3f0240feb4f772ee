// The control socket: the HTTP API for `heapscope capture PID` and `heapscope agent status PID`, for the same user of this machine.
//
//   TMP/heapscope-agent-UID/       0700, ours
//     PID.sock                     0600, the API
//     PID.json                     0600, { schema, pid, token, socket, version, startedAt }: a token of its own, random
//
// Who can read the token can be that user anyway, and signal or debug the process. Opened a moment after the start, so that neither
// the start nor a short-lived script pays for it; both files are removed when it stops, and those of processes that were killed
// by the next one that starts. Where the folder cannot be had there is one warning and no control socket.

import type fsModule from "node:fs";
import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import { loadModule } from "../load-module.ts";
import { makePrivateFolder } from "../private-folder.ts";
import { createApi } from "./http-api.ts";
import { isDead, openServer } from "./http-listener.ts";

const AFTER_START_MS = 100;

/** Opens it, a moment later. `version` is the agent's. */
export function openControlSocket(desk: CaptureDesk, version: string): Trigger {
  return openServer("control", desk, "control socket", AFTER_START_MS, () => {
    const fs = loadModule<typeof fsModule>("fs");
    const { pid } = process;
    const folder = makePrivateFolder();
    const path = `${folder}/${pid}.sock`;
    const record = `${folder}/${pid}.json`;
    const token = loadModule<typeof import("node:crypto")>("crypto").randomBytes(32).toString("hex");
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
        void removeLeftOver(fs, folder);
      },
      onStop: () => fs.rmSync(record, { force: true }),
    };
  });
}

/** Files of processes that are gone, and at whose sockets nobody listens: those of another container may only look gone. */
async function removeLeftOver(fs: typeof fsModule, folder: string): Promise<void> {
  for (const name of fs.readdirSync(folder)) {
    const pid = /^(\d+)\.(sock|json)$/.exec(name)?.[1];
    try {
      if (pid) process.kill(+pid, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ESRCH" && (await isDead(`${folder}/${pid}.sock`)))
        fs.rmSync(`${folder}/${name}`, { force: true });
    }
  }
}
