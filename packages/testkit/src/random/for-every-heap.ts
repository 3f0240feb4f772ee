/** Runs a check over random heaps, each of which went through a file's text and the engine's reader. */
import { openSnapshot, type HeapSnapshot } from "@heapscope/engine";
import * as fc from "fast-check";
import { encodeHeap } from "../file/format-heap.ts";
import type { SnapshotLayout } from "../file/layout.ts";
import { propagateDetachedness } from "../naive/detachedness.ts";
import type { PlainHeap } from "../plain-heap.ts";
import { arbitraryHeap, arbitraryLayout, arbitraryPair } from "./arbitrary-heap.ts";
import { runParameters } from "./run-parameters.ts";

export interface RandomHeap {
  /** As DevTools sees it after DOM states are known: what the naive definitions take. */
  heap: PlainHeap;
  /** As it was written. */
  written: PlainHeap;
  layout: SnapshotLayout;
  snapshot: HeapSnapshot;
}

/** Opens a plain heap the way a file is opened. */
export async function openHeap(written: PlainHeap, layout: SnapshotLayout): Promise<RandomHeap> {
  const heap = propagateDetachedness(written, layout.nodeFields.includes("detachedness"));
  if (!layout.extraNativeBytes) heap.extraNativeBytes = 0;
  return { heap, written, layout, snapshot: await openSnapshot(encodeHeap(written, layout)) };
}

/** Asserts that `check` holds for many heaps. Its failure is reported with the smallest heap found, drawn. */
export async function forEveryHeap(
  check: (given: RandomHeap) => void | Promise<void>,
  runs = 1000,
): Promise<void> {
  const property = fc.asyncProperty(arbitraryHeap(), arbitraryLayout(), async (written, layout) => {
    await check(await openHeap(written, layout));
  });
  await fc.assert(property, runParameters(runs));
}

/** The same for two captures of one program. */
export async function forEveryPair(
  check: (base: RandomHeap, target: RandomHeap) => void | Promise<void>,
  runs = 1000,
): Promise<void> {
  const property = fc.asyncProperty(arbitraryPair(), arbitraryLayout(), async ([base, target], layout) => {
    await check(await openHeap(base, layout), await openHeap(target, layout));
  });
  await fc.assert(property, runParameters(runs));
}
