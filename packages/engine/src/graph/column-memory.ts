/**
 * Where columns live. Columns are allocated as shared memory where the platform offers it, so that a worker can
 * read them without a copy; elsewhere as ordinary memory, with the same results. Fresh memory is zero and costs no
 * physical page until it is written.
 *
 * V8 does not count shared memory, and so collects it late. What is used up soon and by one thread alone is better in
 * ordinary arrays, as the tables of `compare/` and `leaks/` are.
 */

const hasSharedMemory: boolean = typeof SharedArrayBuffer === "function";

/** Fresh memory, all 0. */
export function allocateColumn(bytes: number): ArrayBufferLike {
  return hasSharedMemory ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

export function newUint8Column(length: number): Uint8Array {
  return new Uint8Array(allocateColumn(length));
}

export function newUint32Column(length: number): Uint32Array {
  return new Uint32Array(allocateColumn(length * 4));
}

export function newInt32Column(length: number): Int32Array {
  return new Int32Array(allocateColumn(length * 4));
}

export function newFloat64Column(length: number): Float64Array {
  return new Float64Array(allocateColumn(length * 8));
}

type Column = Uint8Array | Uint32Array | Float64Array;

/** A column of `length` with the values of `old` at its start; `old` itself when it is already as long. */
export function resizeColumn<T extends Column>(old: T, length: number): T {
  if (old.length === length) return old;
  const bytes = length * old.BYTES_PER_ELEMENT;
  const next = new (old.constructor as new (buffer: ArrayBufferLike) => T)(allocateColumn(bytes));
  next.set(length < old.length ? (old.subarray(0, length) as T) : old);
  return next;
}
