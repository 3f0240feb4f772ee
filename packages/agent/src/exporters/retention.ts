// Keeps the folder within its bounds: the newest files within a count, an age and a sum of bytes.
//
// What is still to be sent is worth more than what is only old: number and age do not touch it, and bytes do so last, the
// oldest first. The newest capture, which may be several files, one for each thread, is never too large or too many by
// itself before it has arrived somewhere; where there are no exporters, it stays until there is a newer one.

import type { AgentEvent } from "../api.ts";
import type { Delivery } from "../thread/messages.ts";
import { ageOf, removeFile, type OutboxFile } from "./outbox.ts";

export type Tell = (event: Omit<AgentEvent, "timestamp">) => void;

/** What is known of a file's way out: `sent` is everywhere where it should be, `left` nowhere any more. */
export type Standing = "pending" | "sent" | "left";

/** Removes what is over the bounds, and says so. `files`: newest first. Returns what stays. */
export function retain(
  files: readonly OutboxFile[],
  { count, ageMs, bytes }: Delivery["retention"],
  standing: (file: OutboxFile) => Standing,
  tell: Tell,
): OutboxFile[] {
  const kept = new Set(files);
  let total = files.reduce((sum, file) => sum + file.bytes + file.recordBytes, 0);
  for (const isPendingTurn of [false, true]) {
    for (const [index, file] of [...files.entries()].reverse()) {
      const where = standing(file);
      if ((where === "pending") !== isPendingTurn) continue;
      const mayGo = where === "sent" || file.id !== files[0]!.id;
      let reason = "";
      if (mayGo && total > bytes) reason = "bytes";
      if (!isPendingTurn && mayGo && index >= count) reason = "count";
      if (!isPendingTurn && ageOf(file.modifiedMs) > ageMs) reason = "age";
      if (!reason || !discardFile(file, reason, where, tell)) continue;
      kept.delete(file);
      total -= file.bytes + file.recordBytes;
    }
  }
  return [...kept];
}

/** Whether it is gone. */
export function discardFile(
  { name, path, bytes }: OutboxFile,
  reason: string,
  standing: Standing,
  tell: Tell,
): boolean {
  const isGone = removeFile(path);
  const isPending = standing === "pending";
  if (isGone) {
    tell({
      name: "heapscope.capture.discarded",
      severity: isPending ? "warn" : "info",
      message: `${name} is removed${isPending ? " before it was sent" : ""}: retention by ${reason}.`,
      attributes: {
        "file.name": name,
        "file.size": bytes,
        "heapscope.discard.reason": reason,
        "heapscope.export.sent": standing === "sent",
      },
    });
  }
  return isGone;
}
