/**
 * Memory that passes use while they run. Freed typed arrays are collected late, so a sequence of passes that each
 * allocate a few integers a node would hold them all at once; passes borrow them here instead and give them back. The
 * peak of all passes together is then that of the hungriest, the dominators.
 *
 * Borrowed memory is not cleared: it holds what the last pass left in it. A table that is kept may be borrowed too, and
 * is then simply never given back.
 */
import { allocateColumn } from "./column-memory.ts";

export class Scratch {
  readonly #free: ArrayBufferLike[] = [];

  /** `length` integers of any content. */
  borrow(length: number): Uint32Array {
    return new Uint32Array(this.#take(length * 4), 0, length);
  }

  /** `length` integers, all 0. */
  borrowZeros(length: number): Uint32Array {
    return this.borrow(length).fill(0);
  }

  /** `length` signed integers of any content. */
  borrowSigned(length: number): Int32Array {
    return new Int32Array(this.#take(length * 4), 0, length);
  }

  /** `length` numbers of any content. */
  borrowFloats(length: number): Float64Array {
    return new Float64Array(this.#take(length * 8), 0, length);
  }

  /** Takes memory back; nobody may use it any more. */
  giveBack(...arrays: (Uint32Array | Int32Array | Float64Array)[]): void {
    for (const array of arrays) this.#free.push(array.buffer);
  }

  /** Lets go of all memory that nobody uses. */
  clear(): void {
    this.#free.length = 0;
  }

  /** The smallest free buffer that is large enough, so that large ones stay for those who need them. */
  #take(bytes: number): ArrayBufferLike {
    let best = -1;
    for (const [i, buffer] of this.#free.entries())
      if (buffer.byteLength >= bytes && (best === -1 || buffer.byteLength < this.#free[best].byteLength)) best = i;
    return best === -1 ? allocateColumn(bytes) : this.#free.splice(best, 1)[0];
  }
}
