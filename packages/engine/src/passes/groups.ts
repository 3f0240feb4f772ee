/**
 * Groups: the rows of DevTools' Summary. Nodes of one class form a group; objects whose constructor's place is known are
 * grouped by class and place, so that two classes of the same name are two rows. Nodes without a size of their own (it
 * went to their owners) are in no group.
 *
 * A group's retained size is that of its nodes together, without counting twice a node that another node of the group
 * already retains. In the preorder of the dominator tree a subtree is one range, so a node is counted exactly when it
 * stands behind the end of the last counted subtree of its group.
 *
 * Cost: O(nodes); 8 bytes a node while it runs, and the member lists (4 bytes a node).
 */
import { newUint32Column } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import type { ClassTable } from "./classes.ts";
import type { DominatorTree } from "./dominator-tree.ts";
import type { LocationIndex } from "./location-index.ts";
import { CHECK_MASK, type Pass } from "./pass.ts";

export interface Group {
  /** DevTools' "Constructor". */
  readonly className: string;
  /**
   * What tells this group from others in the same process: `scriptId,line,column,className` when the constructor's
   * place is known, otherwise `,className`. Equal keys in two snapshots of one process mean the same class.
   */
  readonly key: string;
  /**
   * The same without numbers that only this process knows: `url:line:column className` (from 1) when the constructor's
   * place and its script are known, otherwise the class name. For comparing different processes.
   */
  readonly portableKey: string;
  readonly count: number;
  /** Sum of the members' shallow sizes, in bytes. */
  readonly shallowSize: number;
  /** Bytes that would be free if all members went. */
  readonly retainedSize: number;
  /** Least distance of a member; see `HeapSnapshot.distance`. */
  readonly distance: number;
  /** The members in node order. */
  readonly nodes: Uint32Array;
}

/** Which group each node is in, before anything is added up. */
export interface GroupKeys {
  /** NodeIndex -> position in `keys`. Nodes of size 0 have one too, which may stand for no group. */
  readonly groupOf: Uint32Array;
  readonly keys: readonly string[];
  /** Position of a key -> position of its class in the class table. */
  readonly classOfKey: readonly number[];
  /** Position of a key -> a row of the location table with the constructor's place; -1 for groups without one. */
  readonly locationOfKey: readonly number[];
}

export function* computeGroupKeys(
  graph: HeapGraph,
  classes: ClassTable,
  locations: LocationIndex,
): Pass<GroupKeys> {
  const { nodeCount, nodeType } = graph;
  const { scriptId, line, column } = graph.locations;
  const { classOf, classNames } = classes;
  const groupOf = newUint32Column(nodeCount);
  // The groups without a place come first, numbered as their classes.
  const keys = classNames.map((name) => `,${name}`);
  const classOfKey = classNames.map((_, index) => index);
  const locationOfKey = classNames.map(() => -1);
  groupOf.set(classOf);

  const groupOfKey = new Map<string, number>();
  const { rows, nodes } = locations;
  for (let i = 0; i < nodes.length; i++) {
    if ((i & CHECK_MASK) === 0) yield i / nodes.length;
    const node = nodes[i];
    if (nodeType[node] !== NodeType.object || (i + 1 < nodes.length && nodes[i + 1] === node)) continue;
    const row = rows[i];
    const key = `${scriptId[row]},${line[row]},${column[row]},${classNames[classOf[node]]}`;
    let group = groupOfKey.get(key);
    if (group === undefined) {
      group = keys.push(key) - 1;
      classOfKey.push(classOf[node]);
      locationOfKey.push(row);
      groupOfKey.set(key, group);
    }
    groupOf[node] = group;
  }
  return { groupOf, keys, classOfKey, locationOfKey };
}

/** The portable key of each group; see `Group.portableKey`. */
export function portableKeys(
  graph: HeapGraph,
  { classOfKey, locationOfKey }: GroupKeys,
  { classNames }: ClassTable,
  scriptUrls: ReadonlyMap<number, string>,
): (group: number) => string {
  const { scriptId, line, column } = graph.locations;
  return (group) => {
    const className = classNames[classOfKey[group]];
    const row = locationOfKey[group];
    const url = row === -1 ? undefined : scriptUrls.get(scriptId[row]);
    return url === undefined ? className : `${url}:${line[row] + 1}:${column[row] + 1} ${className}`;
  };
}

/** What `computeGroups` adds up. */
export interface GroupInput {
  readonly groupKeys: GroupKeys;
  readonly classNames: readonly string[];
  readonly shallowSize: Float64Array;
  readonly retainedSize: Float64Array;
  readonly distance: Int32Array;
  readonly tree: DominatorTree;
  readonly portableKeyOf: (group: number) => string;
}

/** The groups, by retained size descending, then by key. */
export function* computeGroups(input: GroupInput): Pass<Group[]> {
  const { shallowSize, retainedSize, distance, classNames } = input;
  const { groupOf, keys, classOfKey } = input.groupKeys;
  const { nodeAt, subtreeCount } = input.tree;
  const nodeCount = groupOf.length;

  const count = new Uint32Array(keys.length);
  const shallow = new Float64Array(keys.length);
  const nearest = new Int32Array(keys.length).fill(2 ** 31 - 1);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.3;
    if (shallowSize[node] === 0) continue;
    const group = groupOf[node];
    count[group]++;
    shallow[group] += shallowSize[node];
    if (distance[node] < nearest[group]) nearest[group] = distance[node];
  }

  const retained = new Float64Array(keys.length);
  const coveredUntil = new Uint32Array(keys.length);
  for (let at = 0; at < nodeCount; at++) {
    if ((at & CHECK_MASK) === 0) yield 0.3 + (at / nodeCount) * 0.4;
    const node = nodeAt[at];
    const group = groupOf[node];
    if (shallowSize[node] === 0 || at < coveredUntil[group]) continue;
    retained[group] += retainedSize[node];
    coveredUntil[group] = at + subtreeCount[node];
  }

  // All member lists share one column.
  let members = 0;
  const next = Uint32Array.from(count, (length) => (members += length) - length);
  const firstMember = next.slice();
  const member = newUint32Column(members);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield 0.7 + (node / nodeCount) * 0.3;
    if (shallowSize[node] !== 0) member[next[groupOf[node]]++] = node;
  }

  const groups: Group[] = [];
  for (const [group, key] of keys.entries()) {
    if (count[group] === 0) continue;
    groups.push({
      className: classNames[classOfKey[group]],
      key,
      portableKey: input.portableKeyOf(group),
      count: count[group],
      shallowSize: shallow[group],
      retainedSize: retained[group],
      distance: nearest[group],
      nodes: member.subarray(firstMember[group], firstMember[group] + count[group]),
    });
  }
  return groups.sort((a, b) => b.retainedSize - a.retainedSize || (a.key < b.key ? -1 : 1));
}
