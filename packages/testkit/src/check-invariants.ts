/**
 * Asserts what the engine promises of every snapshot's columns, whatever is in the file: the lists that stand beside the
 * declarations of the tables. Cheap enough for real files: O(nodes + edges), with a few more columns of memory.
 */
import type { HeapSnapshot } from "@heapscope/engine";

/** Throws an `Error` that names the first broken promise. */
export function checkInvariants(snapshot: HeapSnapshot): void {
  checkGraph(snapshot);
  checkRetainers(snapshot);
  checkSizesAndDominators(snapshot);
  checkDominatorTree(snapshot);
  checkDistances(snapshot);
  checkGroups(snapshot);
  checkStatistics(snapshot);
}

function promise(kept: boolean, what: string): asserts kept {
  if (!kept) throw new Error(`broken invariant: ${what}`);
}

/** Offsets of lists: length + 1 entries from 0 to `end`, never going down. */
function checkOffsets(offsets: Uint32Array, length: number, end: number, name: string): void {
  promise(offsets.length === length + 1, `${name} has ${length + 1} entries, not ${offsets.length}`);
  promise(offsets[0] === 0, `${name} begins with 0`);
  promise(offsets[length] === end, `${name} ends with ${end}, not ${offsets[length]}`);
  for (let i = 0; i < length; i++)
    promise(offsets[i]! <= offsets[i + 1]!, `${name} does not go down at ${i}`);
}

function checkLength(column: { length: number } | undefined, length: number, name: string): void {
  promise(
    column === undefined || column.length === length,
    `${name} has ${length} entries, not ${column?.length}`,
  );
}

function checkBelow(column: Uint32Array, limit: number, name: string): void {
  for (let i = 0; i < column.length; i++) {
    promise(column[i]! < limit, `${name}[${i}] is below ${limit}, not ${column[i]}`);
  }
}

function checkGraph({ graph, header }: HeapSnapshot): void {
  const { nodeCount, edgeCount, rootNode, strings } = graph;
  promise(
    nodeCount === header.nodeCount && edgeCount === header.edgeCount,
    "graph and header agree on the counts",
  );
  promise(rootNode < nodeCount, "the root is a node");
  const nodeColumns = {
    nodeType: graph.nodeType,
    nodeName: graph.nodeName,
    nodeId: graph.nodeId,
    selfSize: graph.selfSize,
    nodeDetachedness: graph.nodeDetachedness,
    nodeTraceId: graph.nodeTraceId,
  };
  for (const [name, column] of Object.entries(nodeColumns)) checkLength(column, nodeCount, name);
  const edgeColumns = { edgeType: graph.edgeType, edgeName: graph.edgeName, edgeTarget: graph.edgeTarget };
  for (const [name, column] of Object.entries(edgeColumns)) checkLength(column, edgeCount, name);
  checkOffsets(graph.firstEdge, nodeCount, edgeCount, "firstEdge");
  checkBelow(graph.edgeTarget, nodeCount, "edgeTarget");
  checkBelow(graph.nodeName, strings.length, "nodeName");
  for (let edge = 0; edge < edgeCount; edge++) {
    const type = graph.edgeTypeNames[graph.edgeType[edge]!];
    promise(type !== undefined, `edge ${edge} has a type with a name`);
    if (type !== "element" && type !== "hidden") {
      promise(graph.edgeName[edge]! < strings.length, `the name of edge ${edge} is a string`);
    }
  }
  for (let node = 0; node < nodeCount; node++) {
    const type = graph.nodeTypeNames[graph.nodeType[node]!];
    promise(type !== undefined, `node ${node} has a type with a name`);
    promise(
      Number.isSafeInteger(graph.selfSize[node]) && graph.selfSize[node]! >= 0,
      `node ${node} has a size`,
    );
  }
  checkBelow(graph.locations.node, nodeCount, "locations.node");
}

function checkRetainers({ graph, retainers }: HeapSnapshot): void {
  const { nodeCount, edgeCount, firstEdge, edgeTarget } = graph;
  const { firstRetainer, retainerEdge } = retainers;
  checkOffsets(firstRetainer, nodeCount, edgeCount, "firstRetainer");
  checkLength(retainerEdge, edgeCount, "retainerEdge");
  const seen = new Uint8Array(edgeCount);
  for (let node = 0; node < nodeCount; node++) {
    for (let row = firstRetainer[node]!; row < firstRetainer[node + 1]!; row++) {
      const edge = retainerEdge[row]!;
      promise(edgeTarget[edge] === node, `retainer ${row} of node ${node} leads to it`);
      const from = retainers.nodeOf(row);
      promise(
        firstEdge[from]! <= edge && edge < firstEdge[from + 1]!,
        `retainer ${row} of node ${node} leaves node ${from}`,
      );
      promise(seen[edge] === 0, `edge ${edge} is a retainer once`);
      seen[edge] = 1;
    }
  }
}

/** A node retains itself and what it dominates; dominators form one tree. */
function checkSizesAndDominators(snapshot: HeapSnapshot): void {
  const { graph, dominator, shallowSize, retainedSize, header } = snapshot;
  const { nodeCount, rootNode } = graph;
  checkLength(dominator, nodeCount, "dominator");
  checkLength(shallowSize, nodeCount, "shallowSize");
  checkLength(retainedSize, nodeCount, "retainedSize");
  checkBelow(dominator, nodeCount, "dominator");
  promise(dominator[rootNode] === rootNode, "the root's dominator is the root");
  const retained = Float64Array.from(shallowSize);
  let total = 0;
  for (const node of childrenFirst(dominator, rootNode)) {
    total += shallowSize[node]!;
    if (node !== rootNode) retained[dominator[node]!]! += retained[node]!;
  }
  for (let node = 0; node < nodeCount; node++) {
    promise(
      retained[node] === retainedSize[node],
      `node ${node} retains ${retained[node]} by its dominated nodes, not ${retainedSize[node]}`,
    );
  }
  promise(retainedSize[rootNode] === total, "the root retains the sum of all shallow sizes");
  promise(
    snapshot.totalSize === total + header.extraNativeBytes,
    "the total counts the native bytes of the header",
  );
}

/** All nodes, each before its dominator. Throws when some node's chain of dominators does not end at the root. */
function childrenFirst(dominator: Uint32Array, root: number): Uint32Array {
  const waiting = new Uint32Array(dominator.length);
  dominator.forEach((above, node) => {
    if (node !== root) waiting[above]!++;
  });
  const order = new Uint32Array(dominator.length);
  let length = 0;
  waiting.forEach((children, node) => {
    if (children === 0) order[length++] = node;
  });
  for (let next = 0; next < length; next++) {
    const node = order[next]!;
    const above = dominator[node]!;
    if (node !== root && --waiting[above]! === 0) order[length++] = above;
  }
  promise(length === dominator.length, "every chain of dominators ends at the root");
  return order;
}

/** The preorder layout: a subtree is a range of positions that lies within its dominator's. */
function checkDominatorTree({ graph, dominator, dominatorTree }: HeapSnapshot): void {
  const { nodeCount, rootNode } = graph;
  const { position, nodeAt, subtreeCount } = dominatorTree;
  checkLength(position, nodeCount, "dominatorTree.position");
  checkLength(nodeAt, nodeCount, "dominatorTree.nodeAt");
  checkLength(subtreeCount, nodeCount, "dominatorTree.subtreeCount");
  promise(nodeAt[0] === rootNode && subtreeCount[0] === nodeCount, "the root's subtree is everything");
  const inSubtree = new Uint32Array(nodeCount).fill(1);
  for (let place = nodeCount - 1; place >= 0; place--) {
    const node = nodeAt[place]!;
    const above = position[dominator[node]!]!;
    promise(position[node] === place, `node ${node} stands at its position`);
    promise(
      subtreeCount[place] === inSubtree[place],
      `the subtree of node ${node} has ${inSubtree[place]} nodes, not ${subtreeCount[place]}`,
    );
    if (place === 0) continue;
    promise(
      above < place && place + subtreeCount[place]! <= above + subtreeCount[above]!,
      `the subtree of node ${node} lies within that of its dominator`,
    );
    inSubtree[above]! += inSubtree[place]!;
  }
}

/**
 * Unreachable, or one step further than a retainer. What the root refers to is exempt: the root's own distance is
 * replaced between the two searches, after which it no longer explains those of its children.
 */
function checkDistances({ graph, distance, retainers }: HeapSnapshot): void {
  const { nodeCount, rootNode, edgeType, edgeTypeNames } = graph;
  const { firstRetainer, retainerEdge } = retainers;
  checkLength(distance, nodeCount, "distance");
  promise(distance[rootNode] === 0 || distance[rootNode] === 100_000_000, "the root begins the distances");
  for (let node = 0; node < nodeCount; node++) {
    const steps = distance[node]!;
    if (steps === -5 || node === rootNode) continue;
    promise(steps >= 1, `the distance of node ${node} is -5 or positive, not ${steps}`);
    let isStep = false;
    for (let row = firstRetainer[node]!; row < firstRetainer[node + 1]! && !isStep; row++) {
      const from = retainers.nodeOf(row);
      const isWeak = edgeTypeNames[edgeType[retainerEdge[row]!]!] === "weak";
      isStep = from === rootNode || (!isWeak && distance[from] === steps - 1);
    }
    promise(isStep, `a retainer of node ${node} is at ${steps - 1}`);
  }
}

/** Groups divide the nodes that have a size of their own. */
function checkGroups({
  graph,
  groups,
  classes,
  shallowSize,
  retainedSize,
  distance,
  totalSize,
}: HeapSnapshot): void {
  checkLength(classes.classOf, graph.nodeCount, "classOf");
  checkBelow(classes.classOf, classes.classNames.length, "classOf");
  const isMember = new Uint8Array(graph.nodeCount);
  let above = Infinity;
  for (const group of groups) {
    const name = group.key;
    promise(group.retainedSize <= above, "groups come by retained size, the greatest first");
    above = group.retainedSize;
    promise(group.count > 0 && group.nodes.length === group.count, `group ${name} has its members`);
    let [shallow, retained, least] = [0, 0, Infinity];
    for (const node of group.nodes) {
      promise(isMember[node] === 0, `node ${node} is in one group`);
      isMember[node] = 1;
      promise(
        classes.classNames[classes.classOf[node]!] === group.className,
        `node ${node} is of the class of its group`,
      );
      shallow += shallowSize[node]!;
      retained += retainedSize[node]!;
      least = Math.min(least, distance[node]!);
    }
    promise(group.shallowSize === shallow, `the shallow sizes of group ${name} add up`);
    promise(group.distance === least, `the distance of group ${name} is that of its nearest member`);
    promise(
      group.retainedSize >= shallow && group.retainedSize <= Math.min(retained, totalSize),
      `group ${name} retains at least itself and no more than its members together`,
    );
  }
  for (let node = 0; node < graph.nodeCount; node++) {
    promise((isMember[node] === 1) === shallowSize[node]! > 0, `node ${node} is in a group if it has a size`);
  }
}

function checkStatistics({ statistics, totalSize, header }: HeapSnapshot): void {
  const { total, native, v8heap } = statistics;
  promise(total === totalSize, "the statistics' total is the total");
  promise(native.total + v8heap.total === total, "native and V8 heap add up to the total");
  promise(native.total >= native.typedArrays + header.extraNativeBytes, "typed arrays are a part of native");
  for (const [kind, size] of Object.entries(v8heap)) promise(size >= 0, `v8heap.${kind} is not negative`);
}
