// Where the command keeps what it has computed of snapshots, and how much: the folder for caches that the system has for this
// user. `HEAPSCOPE_CACHE_DIR` names another one, `HEAPSCOPE_CACHE_SIZE` another size; 0 is none at all.
//
// Without a home there is no cache: not everybody who runs programs has one, and no other place is for this user only.

import { isAbsolute, join, resolve } from "node:path";
import type { SnapshotCacheOptions } from "@heapscope/engine/cache";
import { UsageError } from "../command-error.ts";
import { parseSize } from "../text/parse-size.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** All but what the program knows of itself. Can be handed to a thread. */
export type CacheSettings = Omit<SnapshotCacheOptions, "build">;

const USUAL_SIZE = 1e9;

/** `undefined` when nothing is to be kept. Throws `UsageError` for a size that is none. */
export function readCacheSettings(
  environment: Environment,
  platform: NodeJS.Platform,
): CacheSettings | undefined {
  const maxBytes = readSize(environment["HEAPSCOPE_CACHE_SIZE"]);
  const folder = findFolder(environment, platform);
  return folder === undefined || maxBytes === 0 ? undefined : { folder, maxBytes };
}

function readSize(text: string | undefined): number {
  if (text === undefined || text === "") return USUAL_SIZE;
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  throw new UsageError(
    `HEAPSCOPE_CACHE_SIZE is '${text}', which is no size; give a number with its unit, for example 500MB, or 0 for no cache.`,
  );
}

function findFolder(environment: Environment, platform: NodeJS.Platform): string | undefined {
  const { HEAPSCOPE_CACHE_DIR: own, XDG_CACHE_HOME: caches, HOME: home, LOCALAPPDATA: local } = environment;
  if (own !== undefined && own !== "") return resolve(own);
  if (platform === "win32") return isPlace(local) ? join(local, "heapscope", "cache") : undefined;
  // What is not absolute must be ignored: https://specifications.freedesktop.org/basedir-spec
  if (isPlace(caches)) return join(caches, "heapscope");
  if (!isPlace(home)) return undefined;
  return platform === "darwin"
    ? join(home, "Library", "Caches", "heapscope")
    : join(home, ".cache", "heapscope");
}

function isPlace(folder: string | undefined): folder is string {
  return folder !== undefined && isAbsolute(folder);
}
