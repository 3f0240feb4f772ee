// A desk whose captures write small real files, for tests of what asks at it; and bytes sent to a server as they are.

import { createHash } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { Refusal } from "../src/agent-error.ts";
import type { AgentEvent, AgentStatus, Capture, CaptureRequest, TriggerName } from "../src/api.ts";
import type { CaptureDesk, PendingCapture } from "../src/capture-desk.ts";

type Told = Omit<AgentEvent, "timestamp">;
type Pending = { -readonly [Key in keyof PendingCapture]: PendingCapture[Key] };

export interface FakeDesk extends CaptureDesk {
  readonly events: Told[];
  readonly asked: { readonly request: CaptureRequest; readonly trigger: TriggerName }[];
  /** Of the files of captures to come, one each. */
  contents: readonly Buffer[];
  /** Captures to come wait for this. */
  gate: Promise<unknown>;
  /** Captures to come are refused with this; `late`: when they have an id already. */
  refusal?: { readonly error: Error; readonly late: boolean } | undefined;
}

/** Files go to `folder`. */
export function createFakeDesk(folder: string): FakeDesk {
  const captures = new Map<string, PendingCapture>();
  const desk: FakeDesk = {
    events: [],
    asked: [],
    contents: [Buffer.from("a snapshot")],
    gate: Promise.resolve(),
    capture(request, trigger) {
      desk.asked.push({ request, trigger });
      const { refusal } = desk;
      const known = ["recorder", "duration", "threads", "numericValues", "force", "label"];
      const unknown = Object.keys(request).find((name) => !known.includes(name));
      const error =
        unknown === undefined ? refusal?.error : new Refusal("bad-options", `unknown: ${unknown}`);
      const id =
        error && !refusal?.late
          ? ""
          : createHash("sha256").update(String(desk.asked.length)).digest("hex").slice(0, 32);
      const pending: Pending = {
        id,
        result: desk.gate.then(() => {
          if (error) throw (pending.error = error);
          return (pending.capture = write(id, request, trigger));
        }),
      };
      pending.result.catch(() => {});
      if (id) captures.set(id, pending);
      return pending;
    },
    find: (id) => captures.get(id),
    status: () => ({ schema: "heapscope/agent-status@1", version: "0.0.0", pid: process.pid }) as AgentStatus,
    tell: (event) => void desk.events.push(event),
  };

  function write(id: string, request: CaptureRequest, trigger: TriggerName): Capture {
    const recorder = request.recorder ?? "heap-snapshot";
    const files = desk.contents.map((content, index) => {
      const file = path.join(
        folder,
        `${recorder}-host-${process.pid}-${index}-${id.slice(0, 8)}.heapsnapshot`,
      );
      fs.writeFileSync(file, content);
      fs.writeFileSync(`${file}.json`, "{}");
      const sha256 = createHash("sha256").update(content).digest("hex");
      return { path: file, recorder, bytes: content.length, sha256, thread: { id: index, name: "main" } };
    });
    return {
      id,
      trigger,
      recorder,
      startedAt: "2026-01-01T00:00:00.000Z",
      durationMs: 1,
      files,
      warnings: [],
    };
  }
  return desk;
}

/** Sends bytes as they are, in one or more pieces, and resolves with all that comes back until the other side ends. */
export function exchange(to: net.NetConnectOpts, ...pieces: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = net.connect(to, async () => {
      for (const piece of pieces) {
        socket.write(piece, "latin1");
        await new Promise((sent) => setTimeout(sent, 5));
      }
    });
    // A reset is an end, too: the other side did not read all that was sent.
    socket
      .setEncoding("latin1")
      .on("data", (text) => (answer += text))
      .on("error", () => {})
      .on("close", () => resolve(answer));
  });
}

/** Without what differs between any two answers. */
export function withoutDate(answer: string): string {
  return answer.replace(/Date: .*\r\n/, "");
}

/** 256 bits. */
export const TOKEN = "5d41402abc4b2a76b9719d911017c592ae3f0c7be1ad94d1e8237790cf6c41be";
