// The cache of snapshots as the command uses it: where the environment says, for this very build of the program.

import { SnapshotCache } from "@heapscope/engine/cache";
import type { CacheSettings } from "./cache-settings.ts";

/** A hash of the engine's source, put in by the build: another engine may compute other numbers. */
declare const HEAPSCOPE_ENGINE_BUILD: string | undefined;

export function openCache(settings: CacheSettings): SnapshotCache {
  // Not there when the sources are run as they are.
  const build = typeof HEAPSCOPE_ENGINE_BUILD === "string" ? HEAPSCOPE_ENGINE_BUILD : "source";
  return new SnapshotCache({ ...settings, build });
}
