/**
 * What is kept of snapshots from one opening to the next, in files of a folder: the summary, which is then answered
 * without reading the snapshot, and the tables that are long to compute, so that other questions wait for the reading only.
 *
 * An index is used only for the very file that it is of (`file-identity.ts`), when it was made by the same build and all of
 * it is as it was written (`index-format.ts`); its numbers are checked even so. Anything else is as good as no index, and
 * is replaced by the next one.
 */
import { endianness } from "node:os";
import {
  allocateKeptTables,
  checkCaptureRecord,
  restoreTables,
  type FoundRecord,
  type HeapSnapshot,
  type RestoredTables,
} from "@heapscope/engine";
import { readCaptureRecord } from "../read-capture-record.ts";
import { identifyFile, identifyOpenFile, isSameFile, type FileIdentity } from "./file-identity.ts";
import type { IndexLabel } from "./index-format.ts";
import { IndexStore, type OpenIndex } from "./index-store.ts";
import { decodeSummary, encodeSummary, summarize, type SnapshotSummary } from "./snapshot-summary.ts";

export interface SnapshotCacheOptions {
  /** Where to keep it. Made when it is first needed. */
  readonly folder: string;
  /** Bytes of all that is kept; what was used least recently goes first. */
  readonly maxBytes: number;
  /** What tells this build of the program from others: they may compute other numbers. */
  readonly build: string;
  /** Snapshots whose files have fewer bytes are not kept. For tests; by default, those that are read at once anyway. */
  readonly leastBytes?: number;
}

/** What is known of a snapshot that has not been read. */
export interface KnownSummary extends SnapshotSummary, FoundRecord {}

/** From here on, an index saves more than it costs (see bench/notes.md). */
const LEAST_BYTES = 1e6;
/** Tables are a seventh of the file, and save as much as the file is long. */
const LEAST_BYTES_FOR_TABLES = 16 * LEAST_BYTES;

/** A summary takes 100 bytes a group; one of a million groups takes longer to read than it would be missed. */
const LARGEST_SUMMARY = 1 << 26;

/**
 * A file that was changed less than this ago, in nanoseconds, may be changed again without its times telling: their
 * clock may tick no more often than every ten milliseconds.
 */
const SETTLED_NS = 50_000_000n;

/** A snapshot that has been read from a file. */
interface Origin {
  readonly path: string;
  readonly file: FileIdentity;
  /** It is kept, or not to be kept. */
  hasSummary: boolean;
  hasTables: boolean;
}

export class SnapshotCache {
  readonly #store: IndexStore;
  readonly #build: string;
  readonly #leastBytes: number;
  readonly #leastBytesForTables: number;
  readonly #origins = new WeakMap<HeapSnapshot, Origin>();

  constructor({ folder, maxBytes, build, leastBytes }: SnapshotCacheOptions) {
    this.#store = new IndexStore({ folder, maxBytes });
    // Tables are kept as they lie in memory.
    this.#build = `${build} ${endianness()}`;
    this.#leastBytes = leastBytes ?? LEAST_BYTES;
    this.#leastBytesForTables = leastBytes ?? LEAST_BYTES_FOR_TABLES;
  }

  /**
   * The summary of the snapshot at `path` as it is now, if it is known, with the record of its capture. Never throws.
   *
   * **Cost**: a few milliseconds, whatever the snapshot's size.
   */
  async findSummary(path: string): Promise<KnownSummary | undefined> {
    const file = identifyFile(path);
    const summary = file === undefined ? undefined : this.#readSummary(path, file);
    if (file === undefined || summary === undefined) return undefined;
    return { ...summary, ...checkCaptureRecord(await readCaptureRecord(path, file.size), summary) };
  }

  #readSummary(path: string, file: FileIdentity): SnapshotSummary | undefined {
    if (file.size < this.#leastBytes) return undefined;
    const index = this.#store.open(path, this.#label("summary", file));
    try {
      return index === undefined ? undefined : readSummary(index);
    } finally {
      index?.close();
    }
  }

  /** Looks for what is kept of the snapshot at `path`, which is open as `fd` and about to be read. End it with `finish` or `close`. */
  startReading(path: string, fd: number): Reading | undefined {
    try {
      const file = identifyOpenFile(fd);
      if (file === undefined || file.size < this.#leastBytes) return undefined;
      const label = this.#label("tables", file);
      const tables = file.size < this.#leastBytesForTables ? undefined : this.#store.open(path, label);
      return {
        hasTables: tables !== undefined,
        finish: (snapshot) => {
          const restored = tables === undefined ? undefined : restoreFrom(tables, snapshot);
          if (restored !== undefined) snapshot.acceptTables(restored);
          const hasTables = restored !== undefined || file.size < this.#leastBytesForTables;
          this.#origins.set(snapshot, { path, file, hasSummary: false, hasTables });
        },
        close: () => tables?.close(),
      };
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps what has been computed of a snapshot and is not kept yet, unless its file has changed since it was read. Never
   * throws. `false` when there will be more to keep once more is computed.
   *
   * **Cost**: O(groups) and, of large files, writes 12 bytes a node.
   */
  keep(snapshot: HeapSnapshot): boolean {
    const origin = this.#origins.get(snapshot);
    if (origin === undefined) return true;
    if (!origin.hasSummary && hasAll(snapshot, ["groups", "statistics", "allocations"])) {
      origin.hasSummary = true;
      const bytes = encodeSummary(summarize(snapshot));
      if (bytes.length <= LARGEST_SUMMARY) this.#write(origin, "summary", [[bytes]]);
    }
    if (!origin.hasTables && hasAll(snapshot, ["dominatorTree", "distance"])) {
      origin.hasTables = true;
      const { nodeAt, subtreeCount } = snapshot.dominatorTree;
      const columns = [nodeAt, subtreeCount, snapshot.distance];
      this.#write(
        origin,
        "tables",
        columns.map((column) => [bytesOf(column)]),
      );
    }
    return origin.hasSummary && origin.hasTables;
  }

  #write({ path, file }: Origin, kind: IndexLabel["kind"], sections: Uint8Array[][]): void {
    const isSettled = (): boolean => {
      const now = identifyFile(path);
      if (now === undefined || !isSameFile(file, now)) return false;
      const age = BigInt(Date.now()) * 1_000_000n - latest(BigInt(now.modified), BigInt(now.changed));
      return age >= SETTLED_NS;
    };
    this.#store.write(path, this.#label(kind, file), sections, isSettled);
  }

  #label(kind: IndexLabel["kind"], file: FileIdentity): IndexLabel {
    return { kind, build: this.#build, file };
  }
}

/** A snapshot that is being read. */
export interface Reading {
  /** Tables are kept of it; whether they are whole is known at the end. */
  readonly hasTables: boolean;
  /** Gives the snapshot its tables, if they are whole and fit. **Cost**: O(nodes) if there are some. */
  finish(snapshot: HeapSnapshot): void;
  /** Must be called, with or without `finish`. */
  close(): void;
}

function readSummary(index: OpenIndex): SnapshotSummary | undefined {
  const [section, ...others] = index.sections;
  if (section === undefined || others.length > 0 || section.bytes > LARGEST_SUMMARY) return undefined;
  const bytes = Buffer.alloc(section.bytes);
  return index.read(section, bytes) ? decodeSummary(bytes) : undefined;
}

function restoreFrom(index: OpenIndex, { graph }: HeapSnapshot): RestoredTables | undefined {
  const [nodeAt, subtreeCount, distance, ...others] = index.sections;
  if (nodeAt === undefined || subtreeCount === undefined || distance === undefined) return undefined;
  // Before there is memory for them.
  if (others.length > 0 || nodeAt.bytes !== 4 * graph.nodeCount) return undefined;
  const tables = allocateKeptTables(graph.nodeCount);
  const isRead =
    index.read(nodeAt, bytesOf(tables.nodeAt)) &&
    index.read(subtreeCount, bytesOf(tables.subtreeCount)) &&
    index.read(distance, bytesOf(tables.distance));
  return isRead ? restoreTables(graph, tables) : undefined;
}

function hasAll(snapshot: HeapSnapshot, columns: readonly Parameters<HeapSnapshot["has"]>[0][]): boolean {
  return columns.every((column) => snapshot.has(column));
}

function bytesOf(column: Uint32Array | Int32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function latest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
