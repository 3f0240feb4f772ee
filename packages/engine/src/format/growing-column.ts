/**
 * Columns whose final length is promised by the file's header. A promise is only believed as far as the bytes that
 * have been seen can hold it: a header that claims four thousand million nodes allocates nothing until the rows come.
 *
 * When the length of the input is known and can hold the rows, columns get their final size at once; otherwise they
 * grow by doubling, never past the promise. At most twice the bytes of the rows that were read are allocated.
 */
const FIRST_CAPACITY = 1 << 16;

/** How many rows to allocate when `promised` rows of at least `bytesPerRow` bytes each are announced. */
export function firstCapacity(promised: number, bytesPerRow: number, byteLength: number | undefined): number {
  if (byteLength !== undefined && promised * bytesPerRow <= byteLength) return promised;
  return Math.min(promised, FIRST_CAPACITY);
}

/** The capacity to grow to when `needed` rows must fit; at most `promised`. */
export function nextCapacity(capacity: number, needed: number, promised: number): number {
  let next = Math.max(capacity, 1);
  while (next < needed) next *= 2;
  return Math.min(next, promised);
}
