// What one sees who sorts DevTools' comparison by size: the class whose objects grew most in bytes between the first and the
// last snapshot. The peer that costs nothing.

/**
 * Class names by growth of their shallow bytes, largest first; as generous as can be: by name alone, and every class that grew.
 *
 * @param {import("@heapscope/engine").HeapSnapshot} first
 * @param {import("@heapscope/engine").HeapSnapshot} last
 * @returns {{ className: string, bytes: number, count: number }[]}
 */
export function largestDeltas(first, last) {
  const deltas = new Map();
  const add = (snapshot, sign) => {
    for (const { className, shallowSize, count } of snapshot.groups) {
      const delta = deltas.get(className) ?? { className, bytes: 0, count: 0 };
      delta.bytes += sign * shallowSize;
      delta.count += sign * count;
      deltas.set(className, delta);
    }
  };
  add(last, 1);
  add(first, -1);
  return [...deltas.values()].filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}
