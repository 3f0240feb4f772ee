/** A set of small integers, one bit each. Hot loops read `words` themselves: `words[i >>> 5] & (1 << (i & 31))`. */
import { newUint32Column } from "./column-memory.ts";

export class BitSet {
  readonly words: Uint32Array;
  /** Integers 0 … length-1 may be in the set. */
  readonly length: number;

  constructor(length: number) {
    this.length = length;
    this.words = newUint32Column((length + 31) >>> 5);
  }

  has(index: number): boolean {
    return (this.words[index >>> 5] & (1 << (index & 31))) !== 0;
  }

  add(index: number): void {
    this.words[index >>> 5] |= 1 << (index & 31);
  }

  delete(index: number): void {
    this.words[index >>> 5] &= ~(1 << (index & 31));
  }

  /** How many integers are in the set. **Cost**: O(length / 32). */
  get size(): number {
    let count = 0;
    for (let word of this.words) {
      for (; word !== 0; word &= word - 1) count++;
    }
    return count;
  }
}
