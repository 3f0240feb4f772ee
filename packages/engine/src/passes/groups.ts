/**
 * Groups: the rows of DevTools' Summary. Nodes of one class form a group; objects whose constructor's place is known are
 * grouped by class and place, so that two classes of the same name are two rows. Nodes without a size of their own (it
 * went to their owners) are in no group.
 *
 * A group's retained size is that of its nodes together, without counting twice a node that another node of the group
 * already retains. In the preorder of the dominator tree a subtree is one range, so a node is counted exactly when it
 * stands behind the end of the last counted subtree of its group.
 *
 * The retained sizes of single nodes are not needed for that, and not computed.
 *
 * Under a filter, the same holds for the nodes that pass: the others are in no group, and hide nothing.
 *
 * Cost: O(nodes). The member lists, 4 bytes a node, are made when they are asked for.
 */
import type { BitSet } from "../graph/bit-set.ts";
import { newUint32Column, resizeColumn } from "../graph/column-memory.ts";
import type { HeapGraph } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import { SequenceTrie } from "../graph/sequence-trie.ts";
import type { ClassTable } from "./classes.ts";
import type { DominatorTree } from "./dominator-tree.ts";
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
   * The same without numbers that only this process knows: `script:line:column className` (from 1) when the
   * constructor's place and its script's path or url are known, otherwise the class name. For comparing different processes.
   */
  readonly portableKey: string;
  readonly count: number;
  /** Sum of the members' shallow sizes, in bytes. */
  readonly shallowSize: number;
  /** Bytes that would be free if all members went. */
  readonly retainedSize: number;
  /** Least distance of a member; see `HeapSnapshot.distance`. */
  readonly distance: number;
  /** The members in node order. **Cost**: the first list that is asked for collects all, O(nodes). */
  readonly nodes: Uint32Array;
}

/** Which group each node is in, before anything is added up. */
export interface GroupKeys {
  /** NodeIndex -> position in `keys`. Nodes of size 0 have one too, which may stand for no group. */
  readonly groupOf: Uint32Array;
  /** See `Group.key`. */
  readonly keys: readonly string[];
  readonly classNames: readonly string[];
  /** Position of a key -> position in `classNames`. */
  readonly classOfKey: readonly number[];
  /** Position of a key -> the constructor's place; -1 for groups without one. */
  readonly placeOfKey: readonly number[];
}

/** Divides classes by the places of their constructors. The classes' memory is used again for the groups. */
export function* computeGroupKeys(
  graph: Pick<HeapGraph, "nodeType" | "locations">,
  { classOf, classNames }: ClassTable,
): Pass<GroupKeys> {
  const { nodeType } = graph;
  const { count, node: nodeOfRow, place: placeOfRow, places } = graph.locations;
  // The groups without a place come first, numbered as their classes.
  const groupOf = classOf;
  const keys = classNames.map((name) => `,${name}`);
  const classOfKey = classNames.map((_, index) => index);
  const placeOfKey = classNames.map(() => -1);

  // Place -> the group that was found there last: most constructors make objects of one class.
  const lastGroup = new Int32Array(places.count).fill(-1);
  const pairs = new SequenceTrie();
  const groupOfPair: number[] = [];
  // In file order, so that of several rows for one node the last one counts.
  for (let row = 0; row < count; row++) {
    if ((row & CHECK_MASK) === 0) yield row / count;
    const node = nodeOfRow[row];
    if (nodeType[node] !== NodeType.object) continue;
    const classIndex = classOfKey[groupOf[node]];
    const place = placeOfRow[row];
    let group = lastGroup[place];
    if (group === -1 || classOfKey[group] !== classIndex) {
      const pair = pairs.next(pairs.next(0, place), classIndex);
      group = groupOfPair[pair] ??= addGroup(place, classIndex);
      lastGroup[place] = group;
    }
    groupOf[node] = group;
  }
  return { groupOf, keys, classNames, classOfKey, placeOfKey };

  function addGroup(place: number, classIndex: number): number {
    const { scriptId, line, column } = places;
    classOfKey.push(classIndex);
    placeOfKey.push(place);
    return keys.push(`${scriptId[place]},${line[place]},${column[place]},${classNames[classIndex]}`) - 1;
  }
}

/** The class of each node, taken from its group. **Cost**: O(nodes). */
export function getClasses({ groupOf, classOfKey, classNames }: GroupKeys): ClassTable {
  return { classOf: groupOf.map((group) => classOfKey[group]), classNames };
}

/** The portable key of each group; see `Group.portableKey`. */
export function portableKeys(
  graph: Pick<HeapGraph, "locations">,
  { classOfKey, classNames, placeOfKey }: GroupKeys,
  scriptUrls: ReadonlyMap<number, string>,
): (group: number) => string {
  const { scriptId, line, column } = graph.locations.places;
  return (group) => {
    const className = classNames[classOfKey[group]];
    const place = placeOfKey[group];
    const url = place === -1 ? undefined : scriptUrls.get(scriptId[place]);
    return url === undefined ? className : `${url}:${line[place] + 1}:${column[place] + 1} ${className}`;
  };
}

/** What `computeGroupTotals` adds up. */
export interface GroupTotalsInput {
  readonly groupKeys: GroupKeys;
  readonly shallowSize: Float64Array;
  readonly distance: Int32Array;
  /** The nodes that count; all when missing. */
  readonly passing?: BitSet;
}

/** What is known of groups without the dominator tree. Position of a key -> … */
export interface GroupTotals {
  /** … members. */
  readonly count: Uint32Array;
  /** … sum of their shallow sizes, in bytes. */
  readonly shallow: Float64Array;
  /** … their least distance. */
  readonly nearest: Int32Array;
}

/** Counts the members. Apart from `computeGroups`, so that it can be done while another thread lays out the tree. */
export function* computeGroupTotals(input: GroupTotalsInput): Pass<GroupTotals> {
  const { shallowSize, distance, passing } = input;
  const { groupOf, keys } = input.groupKeys;
  const nodeCount = groupOf.length;
  const count = new Uint32Array(keys.length);
  const shallow = new Float64Array(keys.length);
  const nearest = new Int32Array(keys.length).fill(2 ** 31 - 1);
  for (let node = 0; node < nodeCount; node++) {
    if ((node & CHECK_MASK) === 0) yield (node / nodeCount) * 0.4;
    if (shallowSize[node] === 0 || (passing !== undefined && !passing.has(node))) continue;
    const group = groupOf[node];
    count[group]++;
    shallow[group] += shallowSize[node];
    if (distance[node] < nearest[group]) nearest[group] = distance[node];
  }
  return { count, shallow, nearest };
}

/** What `computeGroups` adds up. */
export interface GroupInput extends GroupTotalsInput {
  /** Of the same nodes; computed when missing. */
  readonly totals?: GroupTotals;
  readonly portableKeyOf: (group: number) => string;
  readonly tree: DominatorTree;
}

/** Positions of the preorder that are read ahead. */
const AHEAD = 1 << 10;

/** The groups, by retained size descending, then by key. */
export function* computeGroups(input: GroupInput): Pass<Group[]> {
  const { shallowSize, passing } = input;
  const { count, shallow, nearest } = input.totals ?? (yield* computeGroupTotals(input));
  const { groupOf, keys, classOfKey, classNames } = input.groupKeys;
  const { nodeAt, subtreeCount } = input.tree;
  const nodeCount = groupOf.length;

  // In preorder a subtree is a range, so its size is the difference of two running sums. The stack holds the counted
  // subtrees that are open at the present position.
  const retained = new Float64Array(keys.length);
  const coveredUntil = new Uint32Array(keys.length);
  let openGroup: Uint32Array = new Uint32Array(1 << 10);
  let openEnd: Uint32Array = new Uint32Array(1 << 10);
  let openSum: Float64Array = new Float64Array(1 << 10);
  let depth = 0;
  let sum = 0;
  // The nodes of a stretch of the preorder are all over the columns. Reading them first, with no decision in between, lets
  // the processor wait for many of them at once.
  const sizeAhead = new Float64Array(AHEAD);
  const groupAhead = new Uint32Array(AHEAD);
  for (let at = 0; at <= nodeCount; at++) {
    if ((at & CHECK_MASK) === 0) yield 0.4 + (at / nodeCount) * 0.6;
    const ahead = at & (AHEAD - 1);
    if (ahead === 0) {
      const length = Math.min(AHEAD, nodeCount - at);
      for (let i = 0; i < length; i++) {
        const node = nodeAt[at + i];
        sizeAhead[i] = shallowSize[node];
        groupAhead[i] = groupOf[node];
      }
    }
    while (depth > 0 && openEnd[depth - 1] === at) {
      depth--;
      retained[openGroup[depth]] += sum - openSum[depth];
    }
    if (at === nodeCount) break;
    const size = sizeAhead[ahead];
    if (size === 0) continue;
    const group = groupAhead[ahead];
    if (at >= coveredUntil[group] && (passing === undefined || passing.has(nodeAt[at]))) {
      const end = at + subtreeCount[at];
      coveredUntil[group] = end;
      if (end === at + 1) retained[group] += size;
      else {
        if (depth === openEnd.length) {
          openGroup = resizeColumn(openGroup, 2 * depth);
          openEnd = resizeColumn(openEnd, 2 * depth);
          openSum = resizeColumn(openSum, 2 * depth);
        }
        openGroup[depth] = group;
        openEnd[depth] = end;
        openSum[depth++] = sum;
      }
    }
    sum += size;
  }

  const members = new MemberLists(input, count);
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
      get nodes(): Uint32Array {
        return members.of(group);
      },
    });
  }
  return groups.sort((a, b) => b.retainedSize - a.retainedSize || (a.key < b.key ? -1 : 1));
}

/** The members of all groups in one column, made when the first list is asked for. */
class MemberLists {
  readonly #groupOf: Uint32Array;
  readonly #shallowSize: Float64Array;
  readonly #passing: BitSet | undefined;
  readonly #count: Uint32Array;
  #lists: { readonly first: Uint32Array; readonly member: Uint32Array } | undefined;

  constructor({ groupKeys, shallowSize, passing }: GroupTotalsInput, count: Uint32Array) {
    this.#groupOf = groupKeys.groupOf;
    this.#shallowSize = shallowSize;
    this.#passing = passing;
    this.#count = count;
  }

  of(group: number): Uint32Array {
    const { first, member } = (this.#lists ??= this.#collect());
    return member.subarray(first[group], first[group] + this.#count[group]);
  }

  #collect(): { first: Uint32Array; member: Uint32Array } {
    let sum = 0;
    const first = this.#count.map((length) => (sum += length) - length);
    const next = first.slice();
    const member = newUint32Column(sum);
    const passing = this.#passing;
    for (let node = 0; node < this.#groupOf.length; node++)
      if (this.#shallowSize[node] !== 0 && (passing === undefined || passing.has(node)))
        member[next[this.#groupOf[node]]++] = node;
    return { first, member };
  }
}
