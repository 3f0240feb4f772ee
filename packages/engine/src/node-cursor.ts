/**
 * One mutable object that moves over the nodes: cheaper than a handle per node in scans, safer than the columns.
 * A scan of a million nodes through a cursor takes some 1.7 times as long as over the columns themselves.
 */
import type { HeapSnapshot } from "./heap-snapshot.ts";
import type { HeapGraph, NodeId, NodeIndex, StringIndex } from "./graph/heap-graph.ts";

export class NodeCursor {
  readonly #snapshot: HeapSnapshot;
  readonly #graph: HeapGraph;
  readonly #shallowSize: Float64Array;
  /** The node that the cursor stands on. Set it to move. */
  node: NodeIndex = 0;

  /** Made by `HeapSnapshot.cursor`. */
  constructor(snapshot: HeapSnapshot) {
    this.#snapshot = snapshot;
    this.#graph = snapshot.graph;
    this.#shallowSize = snapshot.shallowSize;
  }

  /** Moves to the next node; false behind the last. Begin with `node = -1` to see the first. */
  next(): boolean {
    return ++this.node < this.#graph.nodeCount;
  }

  get id(): NodeId {
    return this.#graph.nodeId[this.node];
  }

  /** Code of `NodeType`. */
  get type(): number {
    return this.#graph.nodeType[this.node];
  }

  get nameIndex(): StringIndex {
    return this.#graph.nodeName[this.node];
  }

  /** Bytes. */
  get shallowSize(): number {
    return this.#shallowSize[this.node];
  }

  /** Bytes. **Cost**: computes dominators at first. */
  get retainedSize(): number {
    return this.#snapshot.retainedSize[this.node];
  }

  /** **Cost**: names the classes at first. */
  get className(): string {
    const { groupOf, classOfKey, classNames } = this.#snapshot.groupKeys;
    return classNames[classOfKey[groupOf[this.node]]];
  }

  get edgeCount(): number {
    return this.#graph.firstEdge[this.node + 1] - this.#graph.firstEdge[this.node];
  }
}
