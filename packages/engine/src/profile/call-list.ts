/** Gathers the calls of a profile, in preorder, while they are read, and turns them into columns. */
import type { FunctionIndex, ProfileFunction, ProfileTree } from "./profile.ts";

export class CallList {
  readonly functions: ProfileFunction[] = [];
  readonly #functionOfKey = new Map<string, FunctionIndex>();
  readonly #parent: number[] = [];
  readonly #functionOf: FunctionIndex[] = [];
  readonly #selfValue: number[] = [];

  /** Appends a call; `parent` is -1 for the first one. */
  add(parent: number, called: ProfileFunction & { readonly scriptId: string }, selfValue: number): number {
    this.#functionOf.push(this.#indexOf(called));
    this.#selfValue.push(selfValue);
    return this.#parent.push(parent) - 1;
  }

  /** Two calls are of one function when its name and place are the same: DevTools' rule. */
  #indexOf({ name, url, line, column, scriptId }: ProfileFunction & { readonly scriptId: string }): number {
    const key = `${line}:${column}:${scriptId.length}:${scriptId}${name.length}:${name}${url}`;
    let index = this.#functionOfKey.get(key);
    if (index === undefined) {
      index = this.functions.push({ name, url, line, column }) - 1;
      this.#functionOfKey.set(key, index);
    }
    return index;
  }

  /** The columns, with sums. **Cost**: O(calls). */
  toTree(): ProfileTree {
    const count = this.#parent.length;
    const parent = Int32Array.from(this.#parent);
    const selfValue = Float64Array.from(this.#selfValue);
    const totalValue = selfValue.slice();
    const subtreeCount = new Uint32Array(count).fill(1);
    for (let call = count - 1; call > 0; call--) {
      totalValue[parent[call]] += totalValue[call];
      subtreeCount[parent[call]] += subtreeCount[call];
    }
    return {
      count,
      parent,
      functionOf: Uint32Array.from(this.#functionOf),
      selfValue,
      totalValue,
      subtreeCount,
    };
  }
}
