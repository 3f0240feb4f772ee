/**
 * A sampling profile: which calls allocated (`.heapprofile`, bytes) or ran (`.cpuprofile`, microseconds).
 *
 * The calls are a tree in columns, in preorder: a call stands behind the call that made it, and all that it called, directly
 * or not, follows it without a gap. The root is position 0.
 *
 *     (root)                position      0       1      2      3      4
 *     ├─ serve              functionOf    (root)  serve  parse  parse  idle
 *     │  └─ parse           parent        -1      0      1      2      0
 *     │     └─ parse        subtreeCount  5       3      2      1      1
 *     └─ idle               selfValue     0       1      2      4      8
 *                           totalValue    15      7      6      4      8
 *
 * Values of a heap profile are estimates by V8, of what was still alive when the profile was taken.
 */

/** Position of a call in the tree. */
export type CallIndex = number;
/** Position of a function in `Profile.functions`. */
export type FunctionIndex = number;

export interface ProfileTree {
  readonly count: number;
  /** CallIndex -> CallIndex of the caller, which is smaller; -1 for the root. */
  readonly parent: Int32Array;
  /** CallIndex -> FunctionIndex. */
  readonly functionOf: Uint32Array;
  /** CallIndex -> bytes or microseconds of the function itself. */
  readonly selfValue: Float64Array;
  /** CallIndex -> the same with all that it called. */
  readonly totalValue: Float64Array;
  /** CallIndex -> calls in the subtree that begins there, its top included. */
  readonly subtreeCount: Uint32Array;
}

/** A function. Texts are as the file has them: hostile. */
export interface ProfileFunction {
  /** Empty for functions without a name; `(idle)`, `(program)`, `(garbage collector)`, `(V8 API)` for what is no function. */
  readonly name: string;
  /** Of the script; empty for what is no function. */
  readonly url: string;
  /** From 0; -1 when unknown. */
  readonly line: number;
  /** From 0; -1 when unknown. */
  readonly column: number;
}

/** Open one with `openProfile`. */
export interface Profile {
  readonly kind: "heap" | "cpu";
  readonly unit: "bytes" | "microseconds";
  readonly tree: ProfileTree;
  readonly functions: readonly ProfileFunction[];
  /** What the whole tree is worth. */
  readonly total: number;
}

/** Calls back for each call that `call` made, in the file's order. **Cost**: O(children). */
export function forEachCallee(
  { subtreeCount }: ProfileTree,
  call: CallIndex,
  callback: (callee: CallIndex) => void,
): void {
  for (let at = call + 1, end = call + subtreeCount[call]; at < end; at += subtreeCount[at]) callback(at);
}
