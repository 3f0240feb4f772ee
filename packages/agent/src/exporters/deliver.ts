// Sends finished files away and keeps the folder within its bounds: one pass over what is on the disk, one file at a time.
// Called when a file was written, when the agent starts, and when a next try is due; between two calls nothing is in memory.
//
//   leftovers → send what is due, least tried and oldest first → bounds
//
// Before a try begins, it is written down, so that a process that dies from it does not try it without end; after it, what
// came of it. Where that cannot be written (a full disk), a file that has arrived is removed instead of being sent again.
// Whatever went wrong is tried again: a server may be repaired, and so may credentials. A target that fails is left alone
// for the rest of the pass.

import fs from "node:fs";
import type { AgentEvent } from "../api.ts";
import type { Delivery } from "../thread/messages.ts";
import { pauseAfter, USUAL_PACE, type Pace } from "./back-off.ts";
import { wordOf } from "./export-failure.ts";
import { putToUrl } from "./http-put.ts";
import { claim, readOutbox, release, writeStates, type ExportState, type OutboxFile } from "./outbox.ts";
import { discardFile, retain, type Standing, type Tell } from "./retention.ts";
import { putToS3 } from "./s3.ts";
import { addressOf, describeTarget, type RemoteOptions } from "./target.ts";

/** While another process is sending, this long is waited. */
const CLAIMED_MS = 60_000;
/** No wait is longer: a later time is from a clock that was wrong. */
const FARTHEST_MS = 3_600_000;

interface Target {
  /** In states: what it is shown as, and a number if there are several like it. */
  readonly key: string;
  readonly text: string;
  readonly options: RemoteOptions;
  readonly attributes: AgentEvent["attributes"];
}

/**
 * One pass. Rejects only if the folder cannot be read or written to; a folder that is not there is empty. `pendingExports`: files that this
 * process will have to send; `retryAt` (epoch ms): when to call again for them.
 */
export async function deliver(
  directory: string,
  { exporters, retention }: Delivery,
  tell: Tell,
  pace: Pace = USUAL_PACE,
): Promise<{ pendingExports: number; retryAt?: number }> {
  const targets: Target[] = [];
  for (const options of exporters) {
    if (options.type === "stdout") continue;
    const text = describeTarget(options);
    targets.push({
      key: targets.some((target) => target.text === text) ? `${text} ${targets.length}` : text,
      text,
      options,
      attributes: {
        "heapscope.export.type": options.type,
        "server.address": addressOf(options).host,
        ...(options.type === "s3" && { "aws.s3.bucket": options.bucket }),
      },
    });
  }
  const stateOf = ({ states }: OutboxFile, { key }: Target): ExportState =>
    (states[key] ??= { tries: 0, nextAt: 0 });
  const waitsFor = (file: OutboxFile): Target[] => targets.filter((target) => !stateOf(file, target).end);
  const standing = (file: OutboxFile): Standing => {
    if (waitsFor(file).length > 0) return "pending";
    return targets.length > 0 && targets.every((target) => stateOf(file, target).end === "sent")
      ? "sent"
      : "left";
  };

  if (!fs.existsSync(directory)) return { pendingExports: 0 };
  let earliest = Date.now();
  /** Targets that failed, and until when they are left alone. */
  const resting = new Map<Target, number>();
  const isTurn = targets.length > 0 && claim(directory);
  let files: OutboxFile[];
  let ours: OutboxFile[];
  try {
    files = readOutbox(directory);
    ours = files.filter((file) => file.isOurs && waitsFor(file).length > 0);
    const triesOf = (file: OutboxFile): number =>
      Math.min(...waitsFor(file).map((target) => stateOf(file, target).tries));
    const turn = isTurn ? [...ours].reverse().sort((a, b) => triesOf(a) - triesOf(b)) : [];
    // Whoever would remove a file sees that it is waited for (triggers/http-api.ts).
    for (const file of turn) if (triesOf(file) === 0) writeStates(file.path, file.states);
    for (const file of turn) {
      for (const target of waitsFor(file)) {
        const wait = stateOf(file, target).nextAt - Date.now();
        if ((wait <= 0 || wait > FARTHEST_MS) && !resting.has(target)) await attempt(file, target);
      }
    }
  } finally {
    if (isTurn) release(directory);
    else earliest += CLAIMED_MS;
  }
  const waiting = retain(files, retention, standing, tell).filter(
    (file) => ours.includes(file) && waitsFor(file).length > 0,
  );
  const retryAt = Math.min(
    ...waiting.flatMap((file) =>
      waitsFor(file).map((target) => resting.get(target) ?? stateOf(file, target).nextAt),
    ),
  );
  return {
    pendingExports: waiting.length,
    ...(retryAt < Infinity && { retryAt: Math.max(retryAt, earliest) }),
  };

  async function attempt(file: OutboxFile, target: Target): Promise<void> {
    const { options, text } = target;
    const { name, path, bytes, recordBytes, states } = file;
    const state = stateOf(file, target);
    const about = { "file.name": name, "file.size": bytes, ...target.attributes };
    const keep = (): boolean => writeStates(path, states);
    const startedAt = performance.now();
    const wait = pauseAfter(++state.tries, pace);
    state.nextAt = Date.now() + wait;
    try {
      keep();
      const pieces = [
        { name: `${name}.json`, path: `${path}.json`, start: 0, length: recordBytes },
        { name, path, start: 0, length: bytes },
      ].filter(({ length }) => length > 0);
      const shipment = { file, pieces, pace, state, keep };
      await (options.type === "s3" ? putToS3(options, shipment) : putToUrl(options, shipment));
    } catch (error) {
      state.nextAt = Date.now() + wait;
      if (state.tries >= pace.mostTries) state.end = "given up";
      else resting.set(target, state.nextAt);
      keep();
      const word = wordOf(error);
      const next = state.end ? "no more tries" : `next try in ${Math.ceil(wait / 1000)} s`;
      tell({
        name: "heapscope.export.failed",
        severity: state.end ? "error" : "warn",
        message: `${name} could not be sent to ${text}: ${word}; ${next}.`,
        attributes: { ...about, "error.type": word, "heapscope.export.final": state.end !== undefined },
      });
      return;
    }
    state.end = "sent";
    tell({
      name: "heapscope.export.finished",
      severity: "info",
      message: `${name} is sent to ${text}.`,
      attributes: { ...about, "heapscope.duration_ms": Math.round(performance.now() - startedAt) },
    });
    if (!keep() && waitsFor(file).length === 0) discardFile(file, "a full disk", standing(file), tell);
  }
}
