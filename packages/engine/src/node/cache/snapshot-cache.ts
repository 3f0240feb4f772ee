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
  areDistances,
  checkCaptureRecord,
  newInt32Column,
  newUint32Column,
  restoreDominatorTree,
  type DominatorTree,
  type FoundRecord,
  type HeapSnapshot,
  type KeptTables,
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
  /** Snapshots whose files have fewer bytes are not kept. By default, a megabyte. */
  readonly leastBytes?: number;
}

/** What is known of a snapshot that has not been read. */
export interface KnownSummary extends SnapshotSummary, FoundRecord {}

/** Smaller files are read in less time than a person notices. */
const LEAST_BYTES = 1e6;

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
  /** It need not be kept again. */
  hasSummary: boolean;
  hasTables: boolean;
}

export class SnapshotCache {
  readonly #store: IndexStore;
  readonly #build: string;
  readonly #leastBytes: number;
  readonly #origins = new WeakMap<HeapSnapshot, Origin>();

  constructor({ folder, maxBytes, build, leastBytes }: SnapshotCacheOptions) {
    this.#store = new IndexStore({ folder, maxBytes });
    // Tables are kept as they lie in memory.
    this.#build = `${build} ${endianness()}`;
    this.#leastBytes = leastBytes ?? LEAST_BYTES;
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

  /** Looks for what is kept of the snapshot at `path`, which is open as `fd` and about to be read. Never throws. */
  startReading(path: string, fd: number): Reading | undefined {
    let file: FileIdentity | undefined;
    try {
      file = identifyOpenFile(fd);
    } catch {
      return undefined;
    }
    if (file === undefined || file.size < this.#leastBytes) return undefined;
    const label = this.#label("tables", file);
    const open = (): OpenIndex | undefined => this.#store.open(path, label);
    const index = open();
    index?.close();
    const hasTables = index !== undefined;
    const origin: Origin = { path, file, hasSummary: false, hasTables };
    return {
      hasTables,
      finish: (snapshot) => {
        this.#origins.set(snapshot, origin);
        if (hasTables) snapshot.offerTables(new TableReader(open, origin, snapshot.graph));
      },
    };
  }

  /**
   * Keeps what has been computed of a snapshot and is not kept yet, unless its file has changed since it was read. Never
   * throws. `false` when there will be more to keep once more is computed.
   *
   * **Cost**: O(groups); reads 12 bytes a node once for the checksum, and writes them.
   */
  keep(snapshot: HeapSnapshot): boolean {
    const origin = this.#origins.get(snapshot);
    if (origin === undefined) return true;
    try {
      return this.#keep(snapshot, origin);
    } catch {
      // Names so long that they make no text together.
      return true;
    }
  }

  #keep(snapshot: HeapSnapshot, origin: Origin): boolean {
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
  /** Tables are kept of it. Whether they are whole is known when they are asked for. */
  readonly hasTables: boolean;
  /** Tells the snapshot, when it has been read, where its tables are. */
  finish(snapshot: HeapSnapshot): void;
}

/** Sections of an index of tables. */
const NODE_AT = 0;
const SUBTREE_COUNT = 1;
const DISTANCE = 2;

/** Reads the tables of a snapshot from its index. **Cost**: 4 bytes a node and column, and O(nodes) to check them. */
class TableReader implements KeptTables {
  readonly #open: () => OpenIndex | undefined;
  readonly #origin: Origin;
  readonly #graph: HeapSnapshot["graph"];

  constructor(open: () => OpenIndex | undefined, origin: Origin, graph: HeapSnapshot["graph"]) {
    this.#open = open;
    this.#origin = origin;
    this.#graph = graph;
  }

  dominatorTree(): DominatorTree | undefined {
    return this.#read((index) => {
      const nodeAt = newUint32Column(this.#graph.nodeCount);
      const subtreeCount = newUint32Column(this.#graph.nodeCount);
      const isRead = index.read(NODE_AT, bytesOf(nodeAt)) && index.read(SUBTREE_COUNT, bytesOf(subtreeCount));
      return isRead ? restoreDominatorTree(this.#graph, nodeAt, subtreeCount) : undefined;
    });
  }

  distance(): Int32Array | undefined {
    return this.#read((index) => {
      const distance = newInt32Column(this.#graph.nodeCount);
      const isRead = index.read(DISTANCE, bytesOf(distance)) && areDistances(this.#graph, distance);
      return isRead ? distance : undefined;
    });
  }

  /** What cannot be used will be computed, and then kept in its place. */
  #read<T>(read: (index: OpenIndex) => T | undefined): T | undefined {
    const index = this.#open();
    let table: T | undefined;
    try {
      table = index === undefined ? undefined : read(index);
    } finally {
      index?.close();
    }
    if (table === undefined) this.#origin.hasTables = false;
    return table;
  }
}

function readSummary(index: OpenIndex): SnapshotSummary | undefined {
  const [bytes, ...others] = index.sizes;
  if (bytes === undefined || others.length > 0 || bytes > LARGEST_SUMMARY) return undefined;
  const text = Buffer.alloc(bytes);
  return index.read(0, text) ? decodeSummary(text) : undefined;
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
