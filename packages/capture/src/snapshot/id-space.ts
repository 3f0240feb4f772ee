// Which snapshots of one session share object ids. V8 forgets all ids when any inspector session of the target ends, also
// somebody else's; then it deals them out anew, and equal numbers mean different objects. Nothing announces that. But V8
// answers which id it has given an object, and 0 for one that it has forgotten: so one built-in object, whose id the
// first snapshot fixes, tells before every further snapshot whether the ids still hold (Node 18 to 26, measured).
// Cost: two small commands a snapshot.

import { randomUUID } from "node:crypto";
import type { InspectorSession, SendOptions } from "../inspector/inspector-session.ts";

/** Follows the ids of one session. */
export class IdSpace {
  readonly #session: InspectorSession;
  #name: string = randomUUID();
  /** V8's handle of the object that is asked about; `undefined` if the target does not do that. */
  #handle: string | undefined;
  #knownId: string | undefined;

  constructor(session: InspectorSession) {
    this.#session = session;
  }

  /** Equal for snapshots whose ids mean the same. Changes when the ids were forgotten. */
  get name(): string {
    return this.#name;
  }

  /**
   * Call it right before a snapshot. Returns whether ids were forgotten since the one before. Throws `CaptureError` only
   * when the session has ended.
   */
  async beforeSnapshot(options: SendOptions = {}): Promise<{ renumbered: boolean }> {
    if (this.#knownId === undefined) return { renumbered: false };
    const renumbered = (await this.#ask(options)) !== this.#knownId;
    if (renumbered) this.#name = randomUUID();
    return { renumbered };
  }

  /** Call it right after a snapshot. */
  async afterSnapshot(options: SendOptions = {}): Promise<void> {
    this.#knownId = await this.#ask(options);
  }

  async #ask(options: SendOptions): Promise<string | undefined> {
    try {
      if (this.#handle === undefined) {
        const { result } = await this.#session.send(
          "Runtime.evaluate",
          { expression: "Object", silent: true },
          options,
        );
        this.#handle = result.objectId;
      }
      if (this.#handle === undefined) return undefined;
      const { heapSnapshotObjectId } = await this.#session.send(
        "HeapProfiler.getHeapObjectId",
        { objectId: this.#handle },
        options,
      );
      return heapSnapshotObjectId;
    } catch (error) {
      if (this.#session.ended.aborted || options.signal?.aborted === true) throw error;
      return undefined; // a runtime that does not know the command
    }
  }
}
