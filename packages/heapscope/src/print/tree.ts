// A tree as rows: each item with the lines that lead to it (`│ ├ `), depth first, without recursion on its depth.

/** One row of a tree. */
export interface TreeRow<Item> {
  readonly item: Item;
  /** The lines before the item; empty on the first level. */
  readonly prefix: string;
}

/** All items below the given ones. Cost: one row for each. */
export function treeRows<Item>(
  items: readonly Item[],
  children: (item: Item) => readonly Item[] | undefined,
): TreeRow<Item>[] {
  const rows: TreeRow<Item>[] = [];
  interface Pending {
    readonly item: Item;
    readonly prefix: string;
    /** What stands before this item's children. */
    readonly below: string;
  }
  const stack: Pending[] = items.toReversed().map((item) => ({ item, prefix: "", below: "" }));
  for (let pending = stack.pop(); pending !== undefined; pending = stack.pop()) {
    const { item, prefix, below } = pending;
    rows.push({ item, prefix });
    const next = children(item) ?? [];
    // From the last to the first, so that the first comes off the stack first.
    for (let index = next.length - 1; index >= 0; index--) {
      const last = index === next.length - 1;
      stack.push({
        item: next[index]!,
        prefix: `${below}${last ? "└ " : "├ "}`,
        below: `${below}${last ? "  " : "│ "}`,
      });
    }
  }
  return rows;
}
