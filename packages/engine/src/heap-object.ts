/**
 * A handle of one object in a snapshot: cheap to make, valid as long as the snapshot, the same shape for every consumer.
 * Properties are computed when read; the **Cost** lines say which tables that may need.
 */
import { getDisplayName, getDisplayNameStart, getTextPart, type TextPart } from "./passes/display-names.ts";
import { describeEdge, getEdgeName, getEdgeNameStart } from "./passes/edge-names.ts";
import { forEachDominated } from "./passes/dominator-tree.ts";
import { NO_DISTANCE, SYSTEM_DISTANCE } from "./passes/distances.ts";
import type { SourceLocation } from "./passes/location-index.ts";
import { runNow } from "./passes/pass.ts";
import { listRetainerRows } from "./passes/retainer-rows.ts";
import { findRetainingPaths } from "./passes/retaining-paths.ts";
import type { AllocationFunction } from "./passes/allocations.ts";
import type { EdgeIndex, NodeId, NodeIndex } from "./graph/heap-graph.ts";
import type { HeapSnapshot } from "./heap-snapshot.ts";

/** A reference from one object to another. */
export class HeapEdge {
  readonly snapshot: HeapSnapshot;
  readonly edge: EdgeIndex;
  readonly from: HeapObject;

  constructor(snapshot: HeapSnapshot, edge: EdgeIndex, from: HeapObject) {
    this.snapshot = snapshot;
    this.edge = edge;
    this.from = from;
  }

  get to(): HeapObject {
    return new HeapObject(this.snapshot, this.snapshot.graph.edgeTarget[this.edge]);
  }

  /** `property`, `element`, `context`, `internal`, `hidden`, `shortcut`, `weak`, or a type of a later V8. */
  get type(): string {
    return this.snapshot.graph.edgeTypeNames[this.snapshot.graph.edgeType[this.edge]];
  }

  /** DevTools' name: a number for elements, otherwise a text. **Cost**: decodes the name. */
  get name(): string | number {
    return getEdgeName(this.snapshot.graph, this.edge);
  }

  /** The first `length` UTF-16 units of the name, or the number. **Cost**: O(length), whatever the name's. */
  nameStart(length: number): string | number {
    return getEdgeNameStart(this.snapshot.graph, this.edge, length);
  }

  /** As a person would write it: `.name`, `[3]`, `(closure scope).name`. **Cost**: decodes the name. */
  get description(): string {
    return describeEdge(this.snapshot.graph, this.edge);
  }
}

/** A step of a path: the reference, and what it leads to. */
export interface PathStep {
  readonly edge: HeapEdge;
  readonly object: HeapObject;
}

/** From a child of the root (first) to the object (last). */
export type HeapPath = readonly PathStep[];

export class HeapObject {
  readonly snapshot: HeapSnapshot;
  readonly node: NodeIndex;

  /** Made by `HeapSnapshot.object`. */
  constructor(snapshot: HeapSnapshot, node: NodeIndex) {
    this.snapshot = snapshot;
    this.node = node;
  }

  get id(): NodeId {
    return this.snapshot.graph.nodeId[this.node];
  }

  /** DevTools' display name. **Cost**: O(length of the name). */
  get name(): string {
    return getDisplayName(this.snapshot.graph, this.snapshot.names, this.node);
  }

  /** The first `length` UTF-16 units of the name. **Cost**: O(length), whatever the name's. */
  nameStart(length: number): string {
    return getDisplayNameStart(this.snapshot.graph, this.snapshot.names, this.node, length);
  }

  /**
   * A part of a string's value, of which `name` may be the beginning only. **Cost**: O(length of the string), since its end has
   * to be found; nothing else of it is decoded.
   */
  textPart(from: number, length: number): TextPart {
    return getTextPart(this.snapshot.graph, this.snapshot.names, this.node, from, length);
  }

  /** DevTools' "Constructor". **Cost**: names the classes at first. */
  get className(): string {
    const { groupOf, classOfKey, classNames } = this.snapshot.groupKeys;
    return classNames[classOfKey[groupOf[this.node]]];
  }

  /** `object`, `closure`, `string`, … */
  get type(): string {
    return this.snapshot.graph.nodeTypeNames[this.snapshot.graph.nodeType[this.node]];
  }

  /** Bytes. **Cost**: O(edges) at first. */
  get shallowSize(): number {
    return this.snapshot.shallowSize[this.node];
  }

  /** Bytes. **Cost**: computes dominators at first. */
  get retainedSize(): number {
    return this.snapshot.retainedSize[this.node];
  }

  /** DevTools' distance; see `HeapSnapshot.distance`. **Cost**: O(edges) at first. */
  get distance(): number {
    return this.snapshot.distance[this.node];
  }

  /** Whether a user root reaches the object, not only V8's own structures. **Cost**: as `distance`. */
  get isReachableByUser(): boolean {
    return this.distance !== NO_DISTANCE && this.distance < SYSTEM_DISTANCE;
  }

  /** Whether a DOM node is in a document. **Cost**: O(nodes) at first. */
  get detachedness(): "unknown" | "attached" | "detached" {
    return (["unknown", "attached", "detached"] as const)[this.snapshot.detachedness[this.node]] ?? "unknown";
  }

  /** The immediate dominator; `undefined` for the root. **Cost**: computes dominators at first. */
  get dominator(): HeapObject | undefined {
    const dominator = this.snapshot.dominator[this.node];
    return dominator === this.node ? undefined : new HeapObject(this.snapshot, dominator);
  }

  /** Where the closure is written, or the object's constructor. **Cost**: O(log locations); sorts them at first. */
  get location(): SourceLocation | undefined {
    return this.snapshot.locations.locationOf(this.node);
  }

  /**
   * Functions on the stack when the object was allocated, innermost first, when the file has them. **Cost**: O(nodes) at
   * first, then O(depth of the stack).
   */
  get allocationStack(): readonly AllocationFunction[] {
    return this.snapshot.allocations?.stackOf(this.node) ?? [];
  }

  get edgeCount(): number {
    const { firstEdge } = this.snapshot.graph;
    return firstEdge[this.node + 1] - firstEdge[this.node];
  }

  /** **Cost**: computes retainers at first. */
  get retainerCount(): number {
    const { firstRetainer } = this.snapshot.retainers;
    return firstRetainer[this.node + 1] - firstRetainer[this.node];
  }

  /** Outgoing references in the file's order. **Cost**: O(edges of the object). */
  edges(): HeapEdge[] {
    const { firstEdge } = this.snapshot.graph;
    const edges: HeapEdge[] = [];
    for (let edge = firstEdge[this.node]; edge < firstEdge[this.node + 1]; edge++)
      edges.push(new HeapEdge(this.snapshot, edge, this));
    return edges;
  }

  /**
   * Incoming references as DevTools' Retainers pane lists them: without weak edges and edges of the root, nearest first,
   * then by the name of the retainer. **Cost**: computes retainers and distances at first; then O(retainers · log).
   */
  retainers(): HeapEdge[] {
    const { snapshot, node } = this;
    const { graph, names, retainers, distance } = snapshot;
    return runNow(listRetainerRows({ graph, names, retainers, distance }, node)).map(
      ({ edge, from }) => new HeapEdge(snapshot, edge, new HeapObject(snapshot, from)),
    );
  }

  /** What this object immediately dominates, by retained size descending. **Cost**: computes dominators at first. */
  dominated(): HeapObject[] {
    const nodes: NodeIndex[] = [];
    forEachDominated(this.snapshot.dominatorTree, this.node, (node) => nodes.push(node));
    const { retainedSize } = this.snapshot;
    return nodes
      .sort((a, b) => retainedSize[b] - retainedSize[a] || a - b)
      .map((node) => new HeapObject(this.snapshot, node));
  }

  /**
   * Retaining paths: from a root to this object, nearest first. Empty for the root and for what cannot be reached.
   *
   * @param limit how many paths at most
   * **Cost**: computes retainers and distances at first; see `passes/retaining-paths.ts`.
   */
  paths(limit = 1): HeapPath[] {
    return this.findPaths(limit).paths;
  }

  /**
   * As `paths`, and whether a limit ended the search, so that there may be other paths.
   *
   * **Cost**: as `paths`.
   */
  findPaths(limit: number): { readonly paths: HeapPath[]; readonly isCut: boolean } {
    const { snapshot } = this;
    const { graph, distance, retainers, ephemerons } = snapshot;
    const found = findRetainingPaths({ graph, distance, retainers, ephemerons }, this.node, limit);
    const paths = found.paths.map((path) => {
      let from = snapshot.root;
      return path.map((index) => {
        const edge = new HeapEdge(snapshot, index, from);
        from = edge.to;
        return { edge, object: from };
      });
    });
    return { paths, isCut: found.isCut };
  }
}
