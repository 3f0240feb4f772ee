/**
 * A snapshot that has been read, and everything that can be asked of it. The tables that questions need (retained
 * sizes, retainers, groups, …) are computed when first asked for and kept: at once through the getters, or with progress
 * and cancellation through `prepare`.
 *
 * This file is the table of contents of the engine: each `Lazy` below names a table, the passes that make it, and the
 * tables that it is made from.
 */
import type { CaptureRecord } from "./capture-record.ts";
import type { HeapGraph, NodeId, NodeIndex } from "./graph/heap-graph.ts";
import { Scratch } from "./graph/scratch.ts";
import type { StringTable } from "./graph/string-table.ts";
import type { SnapshotHeader } from "./format/header.ts";
import type { SnapshotFile } from "./format/snapshot-reader.ts";
import { CancelledError } from "./errors.ts";
import { HeapObject } from "./heap-object.ts";
import type { KeptTables } from "./kept-tables.ts";
import { NodeCursor } from "./node-cursor.ts";
import { computeAllocations, type AllocationTable } from "./passes/allocations.ts";
import { computeClasses, type ClassTable } from "./passes/classes.ts";
import { computeDetachedness, type DetachednessTable } from "./passes/detachedness.ts";
import { computeDistances } from "./passes/distances.ts";
import {
  computeDominatorTree,
  computeImmediateDominators,
  type DominatorTree,
} from "./passes/dominator-tree.ts";
import { computeDominators } from "./passes/dominators.ts";
import { findDuplicateStrings, type DuplicateStringGroup } from "./passes/duplicate-strings.ts";
import { EphemeronNames } from "./passes/ephemerons.ts";
import { walkEssentialEdges } from "./passes/essential-walk.ts";
import {
  computeGroupKeys,
  computeGroups,
  computeGroupTotals,
  getClasses,
  portableKeys,
  type Group,
  type GroupKeys,
  type GroupTotals,
} from "./passes/groups.ts";
import {
  findShapes,
  inferInterfaces,
  matchInterfaces,
  type InterfaceDefinition,
} from "./passes/interfaces.ts";
import { LocationIndex } from "./passes/location-index.ts";
import { computeNameKinds, NodeNames } from "./passes/node-names.ts";
import { computeNativeContexts, type NativeContextTable } from "./passes/native-contexts.ts";
import { findNodeById, sortNodesById } from "./passes/node-order.ts";
import {
  named,
  run,
  runNow,
  type CancelSignal,
  type PassTiming,
  type RunOptions,
  type Task,
} from "./passes/pass.ts";
import { computeRetainedSizes } from "./passes/retained-sizes.ts";
import { computeRetainers, type RetainerTable } from "./passes/retainers.ts";
import { findScriptUrls } from "./passes/scripts.ts";
import { computeOwners, moveOwnedSizes } from "./passes/shallow-sizes.ts";
import { computeStatistics, type Statistics } from "./passes/statistics.ts";
import { computeTimeline, type TimelineInterval } from "./passes/timeline.ts";
import { findUserRoots } from "./passes/user-roots.ts";
import { describeTableJob, type TableFor, type TableRequest, type TableThread } from "./table-job.ts";

/** A table that is computed when first asked for. */
class Lazy<T> {
  readonly #compute: () => Task<T>;
  readonly #scratch: Scratch;
  #value: { readonly table: T } | undefined;

  /** @param scratch what the passes borrow from; let go when a getter has computed the table */
  constructor(scratch: Scratch, compute: () => Task<T>) {
    this.#scratch = scratch;
    this.#compute = compute;
  }

  /** The table, computed now when it is not there yet. */
  get(): T {
    if (this.#value !== undefined) return this.#value.table;
    const table = runNow(this.task());
    this.#scratch.clear();
    return table;
  }

  get isThere(): boolean {
    return this.#value !== undefined;
  }

  /** Takes a table that was computed elsewhere. */
  accept(table: T): void {
    this.#value ??= { table };
  }

  /** Computes the table, or takes it when it is there. A task that is dropped half way leaves nothing behind. */
  *task(): Task<T> {
    if (this.#value !== undefined) return this.#value.table;
    const table = yield* this.#compute();
    // Two callers may have computed it at the same time; the first table stays, so that nobody's changes underneath.
    this.#value ??= { table };
    return this.#value.table;
  }
}

/** What `HeapSnapshot.prepare` can compute ahead. */
export type ColumnName =
  | "shallowSize"
  | "retainedSize"
  | "dominator"
  | "dominatorTree"
  | "distance"
  | "detachedness"
  | "retainers"
  | "classes"
  | "groups"
  | "statistics"
  | "duplicateStrings"
  | "nativeContexts"
  | "allocations"
  | "timeline"
  | "nodesById"
  | "scriptUrls"
  | "groupKeys";

/** Also what nobody asks for by itself. */
type TableName = ColumnName | "groupTotals";

/** Columns that need the dominator tree, and what else they need. */
const BESIDE_THE_TREE: Partial<Record<ColumnName, readonly TableName[]>> = {
  dominator: [],
  dominatorTree: [],
  retainedSize: ["shallowSize"],
  duplicateStrings: ["shallowSize"],
  groups: ["groupTotals", "scriptUrls"],
};

/** What a snapshot has besides the tables of its file. */
export interface SnapshotSurroundings {
  readonly captureRecord?: CaptureRecord | undefined;
  readonly captureRecordProblem?: string | undefined;
  readonly thread?: TableThread | undefined;
}

/** A heap snapshot. Open one with `openSnapshot`. */
export class HeapSnapshot {
  /** Counts and the description of the file's fields. */
  readonly header: SnapshotHeader;
  /** The raw columns. `selfSize` changes when a shallow size is asked for; see there. */
  readonly graph: HeapGraph;
  /** How, when and from what it was captured, where that is known. */
  readonly captureRecord: CaptureRecord | undefined;
  /** In one sentence, why there is no `captureRecord` although something was there that means to be one. */
  readonly captureRecordProblem: string | undefined;
  readonly #scratch = new Scratch();
  readonly #timings: PassTiming[] = [];

  readonly #thread: TableThread | undefined;
  #kept: KeptTables | undefined;
  /** What `prepare` was last asked for; never rejects. */
  #underWay: Promise<void> = Promise.resolve();

  /** @internal Made by `openSnapshot`. */
  constructor(file: SnapshotFile, surroundings: SnapshotSurroundings = {}) {
    this.header = file.header;
    this.graph = file.graph;
    this.captureRecord = surroundings.captureRecord;
    this.captureRecordProblem = surroundings.captureRecordProblem;
    this.#thread = surroundings.thread;
  }

  // ——— The tables: what is made from what ———

  readonly #nameKinds = this.#lazy("finding special names", () => once(computeNameKinds(this.graph.strings)));

  readonly #ephemerons = new Lazy(this.#scratch, () => once(new EphemeronNames(this.graph.strings)));

  readonly #detachedness: Lazy<DetachednessTable> = this.#lazy("finding detached nodes", () =>
    computeDetachedness(this.graph),
  );

  readonly #names: Lazy<NodeNames> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<NodeNames> {
      const kinds = yield* this.#nameKinds.task();
      const { renamed } = yield* this.#detachedness.task();
      return new NodeNames(this.graph, kinds, renamed);
    }.bind(this),
  );

  readonly #shallowSize: Lazy<Float64Array> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<Float64Array> {
      const names = yield* this.#names.task();
      // Without user roots DevTools leaves the sizes as they are.
      if (findUserRoots(this.graph, names).length === 0) return this.graph.selfSize;
      const owners = yield* this.#named(
        "computing shallow sizes",
        computeOwners(this.graph, names, this.#scratch),
      );
      const shallowSize = moveOwnedSizes(this.graph, owners);
      this.#scratch.giveBack(owners.owner);
      return shallowSize;
    }.bind(this),
  );

  readonly #dominatorTree: Lazy<DominatorTree> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<DominatorTree> {
      const kept = this.#kept?.dominatorTree();
      if (kept !== undefined) return kept;
      const names = yield* this.#names.task();
      const ephemerons = yield* this.#ephemerons.task();
      const walk = yield* this.#named(
        "walking essential edges",
        walkEssentialEdges(this.graph, names, ephemerons, this.#scratch),
      );
      const dominators = yield* this.#named(
        "computing dominators",
        computeDominators(this.graph, walk, this.#scratch),
      );
      return yield* this.#named(
        "laying out the dominator tree",
        computeDominatorTree(this.graph.nodeCount, dominators, this.#scratch),
      );
    }.bind(this),
  );

  readonly #dominator: Lazy<Uint32Array> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<Uint32Array> {
      const tree = yield* this.#dominatorTree.task();
      return yield* this.#named("finding immediate dominators", computeImmediateDominators(tree));
    }.bind(this),
  );

  readonly #retainedSize: Lazy<Float64Array> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<Float64Array> {
      const tree = yield* this.#dominatorTree.task();
      const shallowSize = yield* this.#shallowSize.task();
      return yield* this.#named(
        "computing retained sizes",
        computeRetainedSizes(tree, shallowSize, this.#scratch),
      );
    }.bind(this),
  );

  readonly #distance: Lazy<Int32Array> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<Int32Array> {
      const kept = this.#kept?.distance();
      if (kept !== undefined) return kept;
      const names = yield* this.#names.task();
      const ephemerons = yield* this.#ephemerons.task();
      return yield* this.#named(
        "computing distances",
        computeDistances(this.graph, names, ephemerons, this.#scratch),
      );
    }.bind(this),
  );

  readonly #retainers: Lazy<RetainerTable> = this.#lazy("computing retainers", () =>
    computeRetainers(this.graph),
  );

  readonly #interfaces: Lazy<InterfaceDefinition[]> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<InterfaceDefinition[]> {
      const names = yield* this.#names.task();
      const found = yield* this.#named("inferring interfaces", findShapes(this.graph, names, this.#scratch));
      this.#scratch.giveBack(found.shapeOf);
      return inferInterfaces(found);
    }.bind(this),
  );

  readonly #groupKeys: Lazy<GroupKeys> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<GroupKeys> {
      return yield* this.groupKeysWith();
    }.bind(this),
  );

  readonly #classes: Lazy<ClassTable> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<ClassTable> {
      return getClasses(yield* this.#groupKeys.task());
    }.bind(this),
  );

  readonly #locations: Lazy<LocationIndex> = new Lazy(this.#scratch, () =>
    once(new LocationIndex(this.graph)),
  );

  readonly #scriptUrls: Lazy<ReadonlyMap<number, string>> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<ReadonlyMap<number, string>> {
      const names = yield* this.#names.task();
      return yield* this.#named(
        "finding scripts",
        findScriptUrls(this.graph, names, this.captureRecord?.scripts ?? []),
      );
    }.bind(this),
  );

  readonly #groupTotals: Lazy<GroupTotals> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<GroupTotals> {
      const shallowSize = yield* this.#shallowSize.task();
      const distance = yield* this.#distance.task();
      const groupKeys = yield* this.#groupKeys.task();
      return yield* this.#named(
        "counting objects by class",
        computeGroupTotals({ groupKeys, shallowSize, distance }),
      );
    }.bind(this),
  );

  readonly #groups: Lazy<Group[]> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<Group[]> {
      // The dominators need the most memory; what the other passes need is taken from theirs.
      const tree = yield* this.#dominatorTree.task();
      const shallowSize = yield* this.#shallowSize.task();
      const distance = yield* this.#distance.task();
      const groupKeys = yield* this.#groupKeys.task();
      const totals = yield* this.#groupTotals.task();
      const portableKeyOf = portableKeys(this.graph, groupKeys, yield* this.#scriptUrls.task());
      return yield* this.#named(
        "grouping by class",
        computeGroups({ groupKeys, totals, portableKeyOf, shallowSize, distance, tree }),
      );
    }.bind(this),
  );

  readonly #totalSize: Lazy<number> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<number> {
      const shallowSize = yield* this.#shallowSize.task();
      return shallowSize.reduce((sum, size) => sum + size, this.header.extraNativeBytes);
    }.bind(this),
  );

  readonly #statistics: Lazy<Statistics> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<Statistics> {
      const names = yield* this.#names.task();
      const shallowSize = yield* this.#shallowSize.task();
      return yield* this.#named(
        "computing statistics",
        computeStatistics(this.graph, names, shallowSize, this.header.extraNativeBytes),
      );
    }.bind(this),
  );

  readonly #duplicateStrings: Lazy<DuplicateStringGroup[]> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<DuplicateStringGroup[]> {
      const names = yield* this.#names.task();
      const shallowSize = yield* this.#shallowSize.task();
      const retainedSize = yield* this.#retainedSize.task();
      return yield* this.#named(
        "finding duplicate strings",
        findDuplicateStrings(this.graph, names, shallowSize, retainedSize),
      );
    }.bind(this),
  );

  readonly #nativeContexts: Lazy<NativeContextTable> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<NativeContextTable> {
      const names = yield* this.#names.task();
      const shallowSize = yield* this.#shallowSize.task();
      return yield* this.#named(
        "attributing native contexts",
        computeNativeContexts(this.graph, names, shallowSize),
      );
    }.bind(this),
  );

  readonly #allocations: Lazy<AllocationTable | undefined> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<AllocationTable | undefined> {
      const { traces } = this.graph;
      if (traces === undefined) return undefined;
      const shallowSize = yield* this.#shallowSize.task();
      return yield* this.#named(
        "attributing allocations",
        computeAllocations(this.graph, traces, shallowSize),
      );
    }.bind(this),
  );

  readonly #timeline: Lazy<TimelineInterval[] | undefined> = new Lazy(
    this.#scratch,
    function* (this: HeapSnapshot): Task<TimelineInterval[] | undefined> {
      const { samples } = this.graph;
      if (samples === undefined) return undefined;
      const shallowSize = yield* this.#shallowSize.task();
      return yield* this.#named("laying out the timeline", computeTimeline(this.graph, samples, shallowSize));
    }.bind(this),
  );

  readonly #nodesById: Lazy<Uint32Array> = this.#lazy("sorting objects by id", () =>
    sortNodesById(this.graph.nodeId),
  );

  // ——— Computing ahead ———

  /**
   * Computes tables ahead of use, letting the event loop turn meanwhile. Throws `CancelledError` when the signal says
   * so; what was complete by then is kept. Who calls while another's work is under way waits for it, so that nothing is
   * computed twice at the same time.
   */
  async prepare(columns: readonly ColumnName[], options: RunOptions = {}): Promise<void> {
    if (columns.every((column) => this.#tables()[column].isThere)) return;
    const before = this.#underWay;
    const work = before.then(() => {
      if (options.signal?.aborted === true) throw new CancelledError();
      return this.#prepareNow(columns, options);
    });
    this.#underWay = work.catch(() => {});
    await work;
  }

  async #prepareNow(columns: readonly ColumnName[], options: RunOptions): Promise<void> {
    const needsTree =
      !this.#dominatorTree.isThere && columns.some((column) => BESIDE_THE_TREE[column] !== undefined);
    const tree = needsTree ? this.computeElsewhere({ kind: "dominators" }, options.signal) : undefined;
    if (tree !== undefined) {
      // Meanwhile, this thread computes what does not need the tree.
      await run(this.preparing(columns.flatMap((column) => BESIDE_THE_TREE[column] ?? column)), options);
      options.onProgress?.({ stage: "computing dominators", done: 0, total: 1 });
      const result = await tree;
      if (options.signal?.aborted === true) throw new CancelledError();
      if (result !== undefined) this.#dominatorTree.accept(result);
    }
    await run(this.preparing(columns), options);
  }

  /** @internal Has another thread compute a table from the columns, when there is one. The promise does not reject. */
  computeElsewhere<Request extends TableRequest>(
    request: Request,
    signal: CancelSignal | undefined,
  ): Promise<TableFor<Request> | undefined> | undefined {
    if (this.#thread === undefined) return undefined;
    const job = describeTableJob(request, this.graph);
    return job === undefined ? undefined : this.#thread.run(job, signal);
  }

  /** Whether a table is there, so that asking for it costs nothing. */
  has(column: ColumnName): boolean {
    return this.#tables()[column].isThere;
  }

  /** @internal Tables to take instead of computing them. */
  offerTables(kept: KeptTables): void {
    this.#kept = kept;
  }

  /** @internal `prepare` as a task. */
  *preparing(columns: readonly TableName[]): Task<void> {
    const tables = this.#tables();
    try {
      for (const column of columns) yield* tables[column].task();
    } finally {
      this.#scratch.clear();
    }
  }

  #tables(): Readonly<Record<TableName, Lazy<unknown>>> {
    return {
      shallowSize: this.#shallowSize,
      retainedSize: this.#retainedSize,
      dominator: this.#dominator,
      dominatorTree: this.#dominatorTree,
      distance: this.#distance,
      detachedness: this.#detachedness,
      retainers: this.#retainers,
      classes: this.#classes,
      groups: this.#groups,
      statistics: this.#statistics,
      duplicateStrings: this.#duplicateStrings,
      nativeContexts: this.#nativeContexts,
      allocations: this.#allocations,
      timeline: this.#timeline,
      nodesById: this.#nodesById,
      scriptUrls: this.#scriptUrls,
      groupKeys: this.#groupKeys,
      groupTotals: this.#groupTotals,
    };
  }

  // ——— Columns ———

  /** NodeIndex -> bytes: the object with the internal nodes that belong to it alone. **Cost**: O(edges) at first. */
  get shallowSize(): Float64Array {
    return this.#shallowSize.get();
  }

  /** NodeIndex -> bytes that would be free if the node went. **Cost**: computes dominators at first. */
  get retainedSize(): Float64Array {
    return this.#retainedSize.get();
  }

  /** NodeIndex -> NodeIndex of the immediate dominator; the root's is itself. **Cost**: O(edges · log nodes) at first. */
  get dominator(): Uint32Array {
    return this.#dominator.get();
  }

  /** The dominator tree in preorder. **Cost**: computes dominators at first. */
  get dominatorTree(): DominatorTree {
    return this.#dominatorTree.get();
  }

  /**
   * NodeIndex -> steps from the user roots; `NO_DISTANCE` for what cannot be reached, `SYSTEM_DISTANCE` and more for what
   * only V8's own structures reach. **Cost**: O(edges) at first.
   */
  get distance(): Int32Array {
    return this.#distance.get();
  }

  /** NodeIndex -> 0 unknown, 1 attached, 2 detached. **Cost**: O(nodes) at first. */
  get detachedness(): Uint8Array {
    return this.#detachedness.get().state;
  }

  /** Which edges lead to each node. **Cost**: O(edges) at first; 4 bytes an edge. */
  get retainers(): RetainerTable {
    return this.#retainers.get();
  }

  /** The class of each node. **Cost**: O(nodes) at first. */
  get classes(): ClassTable {
    return this.#classes.get();
  }

  /** NodeIndex -> position of its group's key. **Cost**: O(nodes) at first. */
  get groupKeys(): GroupKeys {
    return this.#groupKeys.get();
  }

  /** The rows of DevTools' Summary, by retained size descending. **Cost**: computes dominators and distances at first. */
  get groups(): readonly Group[] {
    return this.#groups.get();
  }

  /** How the total divides into kinds of memory. **Cost**: O(edges) at first. */
  get statistics(): Statistics {
    return this.#statistics.get();
  }

  /** Bytes that the snapshot accounts for. **Cost**: as `shallowSize`, then O(nodes) at first. */
  get totalSize(): number {
    return this.#totalSize.get();
  }

  /** Strings that stand in the heap more than once. **Cost**: decodes every string once. */
  get duplicateStrings(): readonly DuplicateStringGroup[] {
    return this.#duplicateStrings.get();
  }

  /** Realms and what belongs to them. **Cost**: O(edges) at first. */
  get nativeContexts(): NativeContextTable {
    return this.#nativeContexts.get();
  }

  /** Allocation sites and stacks; `undefined` when the file has none. **Cost**: O(nodes) at first. */
  get allocations(): AllocationTable | undefined {
    return this.#allocations.get();
  }

  /** The intervals of an allocation timeline; `undefined` when the file has none. **Cost**: O(nodes) at first. */
  get timeline(): readonly TimelineInterval[] | undefined {
    return this.#timeline.get();
  }

  /**
   * Script id -> the path of its file, or its url where it is no file (`node:fs`, `https://…`). With a capture record all
   * scripts that have a name, otherwise those of which a closure is alive. **Cost**: O(locations) at first.
   */
  get scriptUrls(): ReadonlyMap<number, string> {
    return this.#scriptUrls.get();
  }

  /** Position -> NodeIndex, ids ascending. **Cost**: O(nodes) at first. */
  get nodesById(): Uint32Array {
    return this.#nodesById.get();
  }

  /** What a plain object needs to be called `{a, b}`, most frequent first. **Cost**: O(nodes) at first. */
  get interfaces(): readonly InterfaceDefinition[] {
    return this.#interfaces.get();
  }

  /** All strings of the file. */
  get strings(): StringTable {
    return this.graph.strings;
  }

  /** How many strings the file has. */
  get stringCount(): number {
    return this.graph.strings.length;
  }

  /** Names of nodes, and which of them are special. **Cost**: O(strings) at first. */
  get names(): NodeNames {
    return this.#names.get();
  }

  /** Source locations by node. **Cost**: O(locations) at first. */
  get locations(): LocationIndex {
    return this.#locations.get();
  }

  /** Which internal edges are halves of `WeakMap` entries. **Cost**: a byte a string; names are parsed when asked for. */
  get ephemerons(): EphemeronNames {
    return this.#ephemerons.get();
  }

  // ——— Objects ———

  /** The root. */
  get root(): HeapObject {
    return this.object(this.graph.rootNode);
  }

  /** A handle of a node. A `RangeError` when there is no such node. **Cost**: O(1). */
  object(node: NodeIndex): HeapObject {
    if (!(Number.isInteger(node) && node >= 0 && node < this.graph.nodeCount))
      throw new RangeError(`No node ${node} of ${this.graph.nodeCount}`);
    return new HeapObject(this, node);
  }

  /** The object with an id. **Cost**: O(log nodes); sorts all ids at first. */
  objectById(id: NodeId): HeapObject | undefined {
    const node = findNodeById(this.graph.nodeId, this.nodesById, id);
    return node === -1 ? undefined : new HeapObject(this, node);
  }

  /** One object that can be moved from node to node, for scans. **Cost**: O(1). */
  cursor(): NodeCursor {
    return new NodeCursor(this);
  }

  /** How long each pass took, in the order in which they ran. */
  get timings(): readonly PassTiming[] {
    return this.#timings;
  }

  // ——— For comparisons ———

  /** @internal The groups that the nodes are in, or would be in with another snapshot's interfaces. */
  *groupKeysWith(foreign?: readonly InterfaceDefinition[]): Task<GroupKeys> {
    const { graph } = this;
    const names = yield* this.#names.task();
    const found = yield* this.#named("inferring interfaces", findShapes(graph, names, this.#scratch));
    if (foreign === undefined) this.#interfaces.accept(inferInterfaces(found));
    const definitions = foreign ?? this.#interfaces.get();
    const matched = yield* this.#named("matching interfaces", matchInterfaces(graph, found, definitions));
    const classes = yield* this.#named("naming classes", computeClasses(graph, names, definitions, matched));
    return yield* this.#named("keying groups", computeGroupKeys(graph, classes));
  }

  #lazy<T>(stage: string, pass: () => Generator<number, T, undefined>): Lazy<T> {
    return new Lazy(this.#scratch, () => this.#named(stage, pass()));
  }

  #named<T>(stage: string, pass: Generator<number, T, undefined>): Task<T> {
    return named(stage, pass, this.#timings);
  }
}

// oxlint-disable-next-line require-yield -- for tables that take no time worth reporting
function* once<T>(table: T): Generator<never, T, undefined> {
  return table;
}
