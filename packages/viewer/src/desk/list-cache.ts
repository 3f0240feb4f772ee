/**
 * What was made last: lists of rows and other values that take long, kept by their keys until together they are larger than a
 * limit; those that were not used for longest go first. Two who ask for the same at once wait for one.
 *
 * Sizes are estimates (`byteSizeOf`); the value that came last is kept, however large.
 */
import { CancelledError, HeapSnapshot } from "@heapscope/engine";

export interface ListCache {
  /** The value of a key, made if it is not there. If another's making of it was cancelled, it is made again. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Bytes that are kept, about. */
  readonly byteSize: number;
}

interface Kept {
  readonly value: unknown;
  readonly byteSize: number;
}

/** @param mostBytes the limit; 256 MB when not given */
export function createListCache(mostBytes: number = 256 * 1024 * 1024): ListCache {
  /** Least recently used first. */
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<unknown>>();
  let byteSize = 0;

  function keep(key: string, value: unknown): void {
    const entry = { value, byteSize: byteSizeOf(value) };
    kept.set(key, entry);
    byteSize += entry.byteSize;
    for (const [oldKey, old] of kept) {
      if (byteSize <= mostBytes || oldKey === key) break;
      kept.delete(oldKey);
      byteSize -= old.byteSize;
    }
  }

  async function make<T>(key: string, maker: () => Promise<T>): Promise<T> {
    const work = maker();
    underWay.set(key, work);
    try {
      const value = await work;
      keep(key, value);
      return value;
    } finally {
      underWay.delete(key);
    }
  }

  return {
    get byteSize() {
      return byteSize;
    },
    async once<T>(key: string, maker: () => Promise<T>): Promise<T> {
      for (;;) {
        const entry = kept.get(key);
        if (entry !== undefined) {
          kept.delete(key);
          kept.set(key, entry);
          return entry.value as T;
        }
        const work = underWay.get(key);
        if (work === undefined) return await make(key, maker);
        try {
          return (await work) as T;
        } catch (error) {
          // Whoever cancelled it did so for themselves.
          if (!(error instanceof CancelledError)) throw error;
        }
      }
    },
  };
}

/** Values that are looked at for an estimate. */
const MOST_VALUES = 20_000;

/** Bytes that a value takes, about: typed arrays and texts by their length, everything else by its number of fields. */
export function byteSizeOf(value: unknown): number {
  let bytes = 0;
  let looked = 0;
  let left = 1;
  const seen = new Set<object>();
  const pending = [value];
  for (; pending.length > 0 && looked < MOST_VALUES; looked++) {
    const next = pending.pop();
    if (typeof next === "string") bytes += 2 * next.length;
    // What the snapshots keep is not ours to let go.
    if (typeof next !== "object" || next === null || next instanceof HeapSnapshot || seen.has(next)) continue;
    seen.add(next);
    if (ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if ("byteSize" in next && typeof next.byteSize === "number") bytes += next.byteSize;
    else {
      const fields = fieldsOf(next);
      bytes += 16 + 8 * fields.length;
      for (const field of fields) pending.push(field);
    }
  }
  // What was not looked at is like what was.
  left += pending.length;
  return Math.round(bytes * Math.max(1, (looked + left - 1) / Math.max(1, looked)));
}

function fieldsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  // Getters may compute; what they would give is not kept yet.
  return Object.values(Object.getOwnPropertyDescriptors(value)).map((property) => property.value as unknown);
}
