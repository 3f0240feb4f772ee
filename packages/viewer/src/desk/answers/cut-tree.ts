/**
 * Cuts a large tree to its largest boxes, for treemap, icicle and flame chart. The tree is laid out in preorder, each subtree
 * one range of positions (the engine's `DominatorTree` and `ProfileTree` both are); a box is worth no more than the one
 * around it. What is cut off below a box is summed up as one rest.
 *
 * The boxes are walked from the largest on. A bounded heap keeps the `most` largest that were seen, so that of a million
 * children only those are remembered that may still be among them.
 *
 * Cost: O(most · log most), and a look at each child of the boxes that are kept; memory for `most` boxes.
 */
export interface WalkedTree {
  /** Position -> positions in the subtree that begins there. */
  readonly subtreeCount: ArrayLike<number>;
  readonly valueAt: (position: number) => number;
}

/** The boxes that are kept, parents before children, children of one parent together. */
export interface CutTree {
  /** -1 for the first. */
  readonly parent: readonly number[];
  /** -1 for a rest. */
  readonly position: readonly number[];
  readonly value: readonly number[];
  /** 1, or of how many children a rest is made. */
  readonly count: readonly number[];
}

/** `order` of the boxes with one parent: largest first, or as in the tree. A rest is always last. */
export function cutTree(tree: WalkedTree, top: number, most: number, order: "largest" | "tree"): CutTree {
  const walk = new Walk(Math.max(1, most));
  walk.beginChildren();
  walk.keep(top, -1, tree.valueAt(top));
  walk.endChildren();
  for (let box = walk.nextToOpen(); box !== -1; box = walk.nextToOpen()) openBox(tree, walk, box);
  return layOut(walk, order);
}

/** Offers the children of a box. */
function openBox({ subtreeCount, valueAt }: WalkedTree, walk: Walk, box: number): void {
  const position = walk.position[box]!;
  const end = position + subtreeCount[position]!;
  let sum = 0;
  let count = 0;
  walk.beginChildren();
  for (let child = position + 1; child < end; child += subtreeCount[child]!) {
    const value = valueAt(child);
    sum += value;
    count++;
    if (walk.hasRoomFor(value)) walk.keep(child, box, value);
  }
  walk.endChildren();
  walk.childSum[box] = sum;
  walk.childCount[box] = count;
}

/** The boxes seen, by number in the order in which they were seen. */
class Walk {
  readonly position: number[] = [];
  readonly parent: number[] = [];
  readonly value: number[] = [];
  /** What all its children are worth, the kept and the others, and how many they are. */
  readonly childSum: number[] = [];
  readonly childCount: number[] = [];
  readonly isDropped: boolean[] = [];
  readonly #most: number;
  /** The first box of the parent whose children are being seen. */
  #firstChild = 0;
  /** The boxes that are kept, the first to be dropped on top. */
  readonly #kept = new Heap(
    (a, b) => this.value[a]! < this.value[b]! || (this.value[a] === this.value[b] && a > b),
  );
  /** Those not yet opened, the largest on top; dropped ones are among them. */
  readonly #waiting = new Heap(
    (a, b) => this.value[a]! > this.value[b]! || (this.value[a] === this.value[b] && a < b),
  );

  constructor(most: number) {
    this.#most = most;
  }

  /** Nothing is worth no box. */
  hasRoomFor(value: number): boolean {
    return value > 0 && (this.#kept.size < this.#most || value > this.value[this.#kept.top()]!);
  }

  beginChildren(): void {
    this.#firstChild = this.position.length;
  }

  keep(position: number, parent: number, value: number): void {
    let box = this.position.length;
    if (this.#kept.size === this.#most) {
      const dropped = this.#kept.pop();
      // A child of the same parent leaves its number behind: of a million children in rising order few are remembered.
      if (dropped >= this.#firstChild) box = dropped;
      else this.isDropped[dropped] = true;
    }
    this.position[box] = position;
    this.parent[box] = parent;
    this.value[box] = value;
    this.childSum[box] = 0;
    this.childCount[box] = 0;
    this.isDropped[box] = false;
    this.#kept.push(box);
  }

  endChildren(): void {
    for (let box = this.#firstChild; box < this.position.length; box++) this.#waiting.push(box);
  }

  /** -1 at the end. A box that was opened is not dropped later: what is below it is worth no more than itself. */
  nextToOpen(): number {
    while (this.#waiting.size > 0) {
      const box = this.#waiting.pop();
      if (!this.isDropped[box]) return box;
    }
    return -1;
  }
}

function layOut(walk: Walk, order: "largest" | "tree"): CutTree {
  const { position, parent, value, childSum, childCount } = walk;
  const children = new Map<number, number[]>();
  for (let box = 1; box < position.length; box++) {
    if (walk.isDropped[box]) continue;
    const siblings = children.get(parent[box]!);
    if (siblings === undefined) children.set(parent[box]!, [box]);
    else siblings.push(box);
  }
  const before =
    order === "largest"
      ? (a: number, b: number): number => value[b]! - value[a]! || a - b
      : (a: number, b: number): number => position[a]! - position[b]!;

  const cut = { parent: [-1], position: [position[0]!], value: [value[0]!], count: [1] };
  const add = (above: number, at: number, worth: number, count: number): void => {
    cut.parent.push(above);
    cut.position.push(at);
    cut.value.push(worth);
    cut.count.push(count);
  };
  const boxes = [0];
  for (let i = 0; i < boxes.length; i++) {
    const box = boxes[i]!;
    // A rest has no box of its own behind it.
    if (box === -1) continue;
    const kept = children.get(box)?.sort(before) ?? [];
    let rest = childSum[box]!;
    for (const child of kept) {
      rest -= value[child]!;
      add(i, position[child]!, value[child]!, 1);
      boxes.push(child);
    }
    const restCount = childCount[box]! - kept.length;
    if (restCount > 0 && rest > 0) {
      add(i, -1, rest, restCount);
      boxes.push(-1);
    }
  }
  return cut;
}

/** A binary heap of numbers, the one that comes before all others on top. */
class Heap {
  readonly #items: number[] = [];
  readonly #comesBefore: (a: number, b: number) => boolean;

  constructor(comesBefore: (a: number, b: number) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  top(): number {
    return this.#items[0]!;
  }

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#comesBefore(item, items[above]!)) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  pop(): number {
    const items = this.#items;
    const top = items[0]!;
    const item = items.pop()!;
    const { length } = items;
    if (length === 0) return top;
    let at = 0;
    for (let below = 1; below < length; below = 2 * at + 1) {
      if (below + 1 < length && this.#comesBefore(items[below + 1]!, items[below]!)) below++;
      if (!this.#comesBefore(items[below]!, item)) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = item;
    return top;
  }
}
