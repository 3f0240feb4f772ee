/**
 * Memory that passes use while they run. Freed typed arrays are collected late, so a sequence of passes that each
 * allocate a few integers a node would hold them all at once; passes borrow them here instead and give them back. The
 * peak of all passes together is then that of the hungriest, the dominators.
 *
 * Borrowed memory is not cleared: it holds what the last pass left in it. A table that is kept may be borrowed too, and
 * is then simply never given back.
 */
import { allocateColumn } from "./column-memory.ts";

/** A stretch of memory that nobody uses. */
interface Free {
  readonly buffer: ArrayBufferLike;
  readonly from: number;
  readonly bytes: number;
}

export class Scratch {
  readonly #free: Free[] = [];

  /** `length` integers of any content. */
  borrow(length: number): Uint32Array {
    const { buffer, from } = this.#take(length * 4);
    return new Uint32Array(buffer, from, length);
  }

  /** `length` integers, all 0. */
  borrowZeros(length: number): Uint32Array {
    return this.borrow(length).fill(0);
  }

  /** `length` signed integers of any content. */
  borrowSigned(length: number): Int32Array {
    const { buffer, from } = this.#take(length * 4);
    return new Int32Array(buffer, from, length);
  }

  /** `length` numbers of any content. */
  borrowFloats(length: number): Float64Array {
    const { buffer, from } = this.#take(length * 8);
    return new Float64Array(buffer, from, length);
  }

  /** Takes memory back; nobody may use it any more. */
  giveBack(...arrays: (Uint32Array | Int32Array | Float64Array)[]): void {
    for (const array of arrays)
      this.#addFree({ buffer: array.buffer, from: array.byteOffset, bytes: rounded(array.byteLength) });
  }

  /** Lets go of what is free. A table that is kept keeps the whole buffer that it was carved from. */
  clear(): void {
    this.#free.length = 0;
  }

  /** Takes from the smallest free stretch that is long enough, and leaves the rest of it free. */
  #take(length: number): { buffer: ArrayBufferLike; from: number } {
    const bytes = rounded(length);
    let best = -1;
    for (const [i, free] of this.#free.entries())
      if (free.bytes >= bytes && (best === -1 || free.bytes < this.#free[best].bytes)) best = i;
    if (best === -1) return { buffer: allocateColumn(bytes), from: 0 };
    const [{ buffer, from, bytes: available }] = this.#free.splice(best, 1);
    if (available > bytes) this.#free.push({ buffer, from: from + bytes, bytes: available - bytes });
    return { buffer, from };
  }

  /** Adds a stretch, joined with its free neighbours. */
  #addFree(free: Free): void {
    const { buffer } = free;
    let { from, bytes } = free;
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const other = this.#free[i];
      if (other.buffer !== buffer) continue;
      if (other.from + other.bytes !== from && from + bytes !== other.from) continue;
      from = Math.min(from, other.from);
      bytes += other.bytes;
      this.#free.splice(i, 1);
    }
    this.#free.push({ buffer, from, bytes });
  }
}

/** Stretches begin where a `Float64Array` may begin. */
function rounded(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
