/**
 * What is left of a snapshot that another one is compared with, when only the comparison is wanted: objects with their ids,
 * sizes, names of classes and properties. References, and texts that are no names, are not in it. That is a third of the
 * snapshot or less, so that two large ones need not be in memory at the same time:
 *
 *     const base = await prepareOutline(await openSnapshot(…));   // the snapshot itself is let go
 *     const target = await openSnapshot(…);
 *     const comparison = await prepareComparison(base, target);   // the same result
 *
 * The names of plain objects depend on the later snapshot (`comparison.ts`), which is not there yet, so their properties are
 * kept as lists (`property-lists.ts`).
 *
 * Cost: O(nodes + edges), without dominators; 25 bytes a node and 8 a location are kept, most of them the columns of the
 * snapshot itself.
 */
import { BitSet } from "../graph/bit-set.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import type { StringTable } from "../graph/string-table.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { computeClasses } from "../passes/classes.ts";
import { computeGroupKeys, type GroupKeys } from "../passes/groups.ts";
import type { InterfaceDefinition } from "../passes/interfaces.ts";
import type { NodeNames } from "../passes/node-names.ts";
import { CHECK_MASK, named, run, runNow, type Pass, type RunOptions, type Task } from "../passes/pass.ts";
import { PropertyLists } from "./property-lists.ts";

/** The tables of nodes. */
export type NodeGraph = Pick<
  HeapGraph,
  | "nodeCount"
  | "edgeCount"
  | "rootNode"
  | "nodeType"
  | "nodeName"
  | "nodeId"
  | "selfSize"
  | "nodeTypeNames"
  | "strings"
  | "locations"
>;

/** What a comparison needs of the earlier snapshot: a whole one has it, and an outline of one. */
export interface EarlierSnapshot extends Pick<
  HeapSnapshot,
  | "header"
  | "captureRecord"
  | "captureRecordProblem"
  | "stringCount"
  | "totalSize"
  | "shallowSize"
  | "nodesById"
  | "scriptUrls"
> {
  readonly graph: NodeGraph;
  /** @internal Computes what comparisons need. */
  preparing(columns: readonly ("nodesById" | "shallowSize" | "scriptUrls")[]): Task<void>;
  /** @internal The groups that the nodes would be in with another snapshot's interfaces. */
  groupKeysWith(definitions: readonly InterfaceDefinition[]): Task<GroupKeys>;
}

/**
 * A snapshot without its references. Made by `prepareOutline`.
 *
 * When it has been compared, `release` lets go of its tables. Who asks for one afterwards gets a `RangeError`; what describes
 * the snapshot stays.
 */
export class SnapshotOutline implements EarlierSnapshot {
  readonly header: EarlierSnapshot["header"];
  readonly captureRecord: EarlierSnapshot["captureRecord"];
  readonly captureRecordProblem: EarlierSnapshot["captureRecordProblem"];
  /** Strings of the whole snapshot. */
  readonly stringCount: number;
  readonly totalSize: number;
  /** Equal in two snapshots with the same references; see `digestEdges`. */
  readonly edgeDigest: number;
  #tables: OutlineTables | undefined;

  /** @internal Made by `outlining`. */
  constructor(snapshot: HeapSnapshot, tables: OutlineTables, edgeDigest: number) {
    this.header = snapshot.header;
    this.captureRecord = snapshot.captureRecord;
    this.captureRecordProblem = snapshot.captureRecordProblem;
    this.stringCount = snapshot.stringCount;
    this.totalSize = snapshot.totalSize;
    this.edgeDigest = edgeDigest;
    this.#tables = tables;
  }

  /** Tables of nodes. Nodes whose names are texts of the program have none. */
  get graph(): NodeGraph {
    return this.#whileThere().graph;
  }

  get shallowSize(): Float64Array {
    return this.#whileThere().graph.selfSize;
  }

  get nodesById(): Uint32Array {
    return this.#whileThere().nodesById;
  }

  get scriptUrls(): ReadonlyMap<number, string> {
    return this.#whileThere().scriptUrls;
  }

  /** Lets go of all tables. */
  release(): void {
    this.#tables = undefined;
  }

  /** @internal All is there. */
  // oxlint-disable-next-line require-yield -- as of a whole snapshot, where it takes time
  *preparing(): Task<void> {}

  /** @internal The groups that the nodes would be in with another snapshot's interfaces. */
  *groupKeysWith(definitions: readonly InterfaceDefinition[]): Task<GroupKeys> {
    const { graph, names, properties } = this.#whileThere();
    const matching = properties.match(graph.strings, definitions);
    const matched = yield* named("matching interfaces", matching, []);
    const classes = yield* named("naming classes", computeClasses(graph, names, definitions, matched), []);
    return yield* named("keying groups", computeGroupKeys(graph, classes), []);
  }

  #whileThere(): OutlineTables {
    if (this.#tables === undefined) throw new RangeError("The tables of this outline have been released");
    return this.#tables;
  }
}

/** The outline of a snapshot. **Cost**: see the head of this file. */
export function outlineSnapshot(snapshot: HeapSnapshot): SnapshotOutline {
  return runNow(outlining(snapshot));
}

/** `outlineSnapshot` with progress and cancellation. */
export async function prepareOutline(snapshot: HeapSnapshot, options?: RunOptions): Promise<SnapshotOutline> {
  return await run(outlining(snapshot), options);
}

/** `outlineSnapshot` as a task. */
function* outlining(snapshot: HeapSnapshot): Task<SnapshotOutline> {
  return new SnapshotOutline(snapshot, yield* collectingOutline(snapshot), digestEdges(snapshot.graph));
}

/** What an outline lets go of when it is released. */
export interface OutlineTables {
  readonly graph: NodeGraph;
  readonly nodesById: Uint32Array;
  readonly scriptUrls: ReadonlyMap<number, string>;
  readonly names: NodeNames;
  readonly properties: PropertyLists;
}

/** Computes all that an outline needs. */
export function* collectingOutline(snapshot: HeapSnapshot): Task<OutlineTables> {
  yield* snapshot.preparing(["shallowSize", "nodesById", "scriptUrls"]);
  const { graph, names } = snapshot;
  const properties = yield* named("collecting properties", PropertyLists.collect(graph, names), []);
  const kept = yield* named("collecting names", findNames(graph), []);
  properties.addNamesTo(kept);
  const { strings, indexOf } = graph.strings.keep(kept);
  const nodes = nodeGraphOf(graph, strings, translateNames(graph, indexOf));
  return {
    graph: nodes,
    nodesById: snapshot.nodesById,
    scriptUrls: snapshot.scriptUrls,
    names: names.of(nodes),
    properties: properties.translate(indexOf),
  };
}

/** The tables of nodes, with other names: whoever has them must not hold on to the columns of edges. */
function nodeGraphOf(graph: HeapGraph, strings: StringTable, nodeName: Uint32Array): NodeGraph {
  const { nodeCount, edgeCount, rootNode, nodeType, nodeId, selfSize, nodeTypeNames, locations } = graph;
  return {
    nodeCount,
    edgeCount,
    rootNode,
    nodeType,
    nodeName,
    nodeId,
    selfSize,
    nodeTypeNames,
    strings,
    locations,
  };
}

/** Names that say what something is. Of other nodes they are texts, and nothing asks for them. */
function* findNames({ nodeCount, nodeType, nodeName, strings }: HeapGraph): Pass<BitSet> {
  const found = new BitSet(strings.length);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield node / nodeCount;
    switch (nodeType[node]) {
      case NodeType.object:
      case NodeType.native:
      case NodeType.closure:
      case NodeType.synthetic:
        found.add(nodeName[node]);
        break;
      default:
    }
  }
  return found;
}

function translateNames({ nodeCount, nodeName }: HeapGraph, indexOf: Uint32Array): Uint32Array {
  const translated = new Uint32Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) translated[node] = indexOf[nodeName[node]];
  return translated;
}

/**
 * A number that two snapshots with different references hardly ever share: 52 bits of two multiplicative hashes over all
 * targets. **Cost**: O(edges).
 */
export function digestEdges({ edgeTarget }: Pick<HeapGraph, "edgeTarget">): number {
  let a = 0x811c9dc5;
  let b = edgeTarget.length;
  for (const target of edgeTarget) {
    a = Math.imul(a ^ target, 0x01000193);
    b = Math.imul(b + target, 0x9e3779b1) ^ (b >>> 15);
  }
  return (a >>> 0) * 2 ** 20 + (b >>> 12);
}
