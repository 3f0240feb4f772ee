// What an exporter gets: one capture, what it may remember of it, and how it may speak to the network.

import type { Pace } from "./back-off.ts";
import type { ExportState, OutboxFile } from "./outbox.ts";
import type { Piece } from "./request.ts";

export interface Shipment {
  readonly file: OutboxFile;
  /** The record, if there is one, and the file. */
  readonly pieces: readonly (Piece & { readonly name: string })[];
  readonly pace: Pace;
  readonly state: ExportState;
  /** Writes `state` down, for a later life of the process. */
  readonly keep: () => void;
}
