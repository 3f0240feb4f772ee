/**
 * Which node an edge leaves. Edges stand in the order of their nodes, so it need not be written down for each of them: it is for
 * every 64th edge, and those in between are found by halving, mostly among a dozen nodes.
 *
 * Cost: O(nodes + edges / 64) to make; a sixteenth of a byte an edge.
 */
import type { EdgeIndex, HeapGraph, NodeIndex } from "./heap-graph.ts";

const BLOCK_BITS = 6;

export class EdgeSources {
  readonly #firstEdge: Uint32Array;
  /** Block of edges -> the node that its first edge leaves; one more for the end. */
  readonly #nodeOfBlock: Uint32Array;

  constructor({ nodeCount, edgeCount, firstEdge }: Pick<HeapGraph, "nodeCount" | "edgeCount" | "firstEdge">) {
    const blockCount = Math.ceil(edgeCount / (1 << BLOCK_BITS));
    const nodeOfBlock = new Uint32Array(blockCount + 1).fill(nodeCount - 1);
    for (let node = 0, block = 0; node < nodeCount; node++)
      for (; block < blockCount && block << BLOCK_BITS < firstEdge[node + 1]; block++)
        nodeOfBlock[block] = node;
    this.#firstEdge = firstEdge;
    this.#nodeOfBlock = nodeOfBlock;
  }

  /** The node that an edge leaves. **Cost**: O(log nodes) at worst. */
  of(edge: EdgeIndex): NodeIndex {
    const firstEdge = this.#firstEdge;
    // The last node that begins with this edge or in front of it: nodes without edges come before those that have some.
    let low = this.#nodeOfBlock[edge >>> BLOCK_BITS];
    let high = this.#nodeOfBlock[(edge >>> BLOCK_BITS) + 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (firstEdge[middle] <= edge) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
