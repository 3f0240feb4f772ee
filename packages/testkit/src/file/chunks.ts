/**
 * Cuts bytes into chunks the way streams deliver them at their worst: every chunk in the same buffer, which holds other
 * bytes before and after. A reader that keeps a view of a chunk, or reads past its end, fails.
 */

/** Chunks of `size` bytes, the last one shorter. Each is valid only until the next is asked for. */
export function* chunksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(size + 2);
  for (let start = 0; start < bytes.length; start += size) {
    const chunk = bytes.subarray(start, start + size);
    buffer.fill(0x39); // digits, which would lengthen a number
    buffer.set(chunk, 1);
    yield buffer.subarray(1, 1 + chunk.length);
    buffer.fill(0x39);
  }
}

/** Two chunks: up to `position`, and the rest. */
export function* splitAt(bytes: Uint8Array, position: number): Generator<Uint8Array> {
  yield bytes.slice(0, position);
  yield bytes.slice(position);
}
