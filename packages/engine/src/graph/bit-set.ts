/** A set of small integers, one bit each. Hot loops read `words` themselves: `words[i >>> 5] & (1 << (i & 31))`. */
import { newUint32Column } from "./column-memory.ts";

export class BitSet {
  readonly words: Uint32Array;

  /** An empty set that may hold the integers 0 … length - 1. */
  constructor(length: number) {
    this.words = newUint32Column((length + 31) >>> 5);
  }

  has(index: number): boolean {
    return (this.words[index >>> 5] & (1 << (index & 31))) !== 0;
  }

  add(index: number): void {
    this.words[index >>> 5] |= 1 << (index & 31);
  }

  remove(index: number): void {
    this.words[index >>> 5] &= ~(1 << (index & 31));
  }
}
