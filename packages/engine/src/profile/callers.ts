/**
 * The bottom-up (heavy) view of a profile: every function with what it cost, and below it those that called it.
 *
 * A row is a chain of functions: `[parse]` stands for all calls of `parse`, `[parse, serve]` for those that `serve` made, and
 * so on. Its calls are found anew when they are asked for, so that nothing is kept for rows that nobody opened, and a tree
 * whose chains are exponentially many costs what was opened of it.
 *
 *   selfValue   the sum of the calls' own values
 *   totalValue  the sum of the calls' total values, but of a call inside of another one of the same row: that is in the
 *               other's total already. So no total is more than the whole. As DevTools counts, where its order of counting
 *               makes no difference.
 *
 * Cost: O(calls of the first function · length of the chain) for the rows below a chain; O(calls) for the top.
 */
import type { CallIndex, FunctionIndex, Profile, ProfileTree } from "./profile.ts";

/** A function that made the calls of the row above, or, at the top, any function. */
export interface CallerRow {
  readonly function: FunctionIndex;
  readonly selfValue: number;
  readonly totalValue: number;
  /** Whether anything but the root called it: the row can be opened. */
  readonly hasCallers: boolean;
}

/** The rows below a chain of functions, in the order of their first calls; the functions themselves for an empty chain. */
export function findCallers({ tree }: Profile, chain: readonly FunctionIndex[]): CallerRow[] {
  const { parent, functionOf, selfValue, totalValue, subtreeCount } = tree;
  const rows = new Map<FunctionIndex, OpenRow>();
  const focus = chain.length === 0 ? undefined : chain[0];
  for (let call = 1; call < tree.count; call++) {
    if (focus !== undefined && functionOf[call] !== focus) continue;
    const caller = climb(tree, call, chain);
    if (caller <= 0) continue;
    const key = functionOf[caller];
    let open = rows.get(key);
    if (open === undefined) {
      open = { row: { function: key, selfValue: 0, totalValue: 0, hasCallers: false }, end: 0 };
      rows.set(key, open);
    }
    const { row } = open;
    row.selfValue += selfValue[call];
    // In preorder, the calls inside of a call follow it at once.
    if (call >= open.end) {
      row.totalValue += totalValue[call];
      open.end = call + subtreeCount[call];
    }
    row.hasCallers ||= parent[caller] > 0;
  }
  return Array.from(rows.values(), ({ row }) => row);
}

/** A row that is being summed. */
interface OpenRow {
  readonly row: { -readonly [Field in keyof CallerRow]: CallerRow[Field] };
  /** Behind the last call whose total is in. */
  end: CallIndex;
}

/** The call above `call` by as many steps as the chain has, 0 or -1 where there is none or the chain is another. */
function climb(
  { parent, functionOf }: ProfileTree,
  call: CallIndex,
  chain: readonly FunctionIndex[],
): CallIndex {
  let at = call;
  for (const wanted of chain) {
    if (at <= 0 || functionOf[at] !== wanted) return -1;
    at = parent[at];
  }
  return at;
}
