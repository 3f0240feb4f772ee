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

/** A set that numbers its members: a table about them needs no room for others. */
export class RankedSet {
  readonly words: Uint32Array;
  /** Members. */
  readonly size: number;
  /** Word -> members in front of it. */
  readonly #before: Uint32Array;

  /** @param set no longer changes */
  constructor({ words }: BitSet) {
    this.words = words;
    this.#before = new Uint32Array(words.length);
    let size = 0;
    for (let i = 0; i < words.length; i++) {
      this.#before[i] = size;
      size += countBits(words[i]);
    }
    this.size = size;
  }

  has(index: number): boolean {
    return (this.words[index >>> 5] & (1 << (index & 31))) !== 0;
  }

  /** How many members are smaller than `index`. */
  rankOf(index: number): number {
    const word = index >>> 5;
    return this.#before[word] + countBits(this.words[word] & ((1 << (index & 31)) - 1));
  }

  /** Calls back for each member, ascending. */
  forEach(callback: (index: number) => void): void {
    const { words } = this;
    for (let i = 0; i < words.length; i++) {
      let word = words[i] | 0;
      while (word !== 0) {
        callback(i * 32 + 31 - Math.clz32(word & -word));
        word &= word - 1;
      }
    }
  }
}

/** Bits that are set among the lower 32, added up in pairs, nibbles and bytes (Warren, Hacker's Delight, 5-1). */
function countBits(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
