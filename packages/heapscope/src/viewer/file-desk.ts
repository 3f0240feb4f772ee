// A desk for files of the command line: opened from this disk, with places in the author's files as the other commands
// have them.

import { statSync } from "node:fs";
import path from "node:path";
import { HeapSnapshot, type CaptureRecord } from "@heapscope/engine";
import type { SnapshotCache } from "@heapscope/engine/cache";
import { createDesk, type Desk } from "@heapscope/viewer/desk";
import type { Place } from "@heapscope/wording";
import { SourceResolver } from "../source/source-resolver.ts";
import { shortPath } from "../text/short-path.ts";
import { openHeapFile } from "./open-heap-file.ts";

export interface FileDeskOptions {
  /** As given on the command line. */
  readonly files: readonly string[];
  readonly sourceMapFolders: readonly string[];
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /** Is told of a source map that cannot be used, in a sentence. */
  readonly onNote: (sentence: string) => void;
  /** What earlier runs have kept of the files. */
  readonly cache?: SnapshotCache | undefined;
  /** Is told of each snapshot that has been read. */
  readonly onSnapshot?: (snapshot: HeapSnapshot) => void;
}

export function createFileDesk(options: FileDeskOptions): Desk {
  const { files, sourceMapFolders, signal, onNote, cache } = options;
  const scripts: CaptureRecord["scripts"][number][] = [];
  const makeResolver = (): SourceResolver =>
    new SourceResolver({ folders: sourceMapFolders, scripts, onNote });
  let resolver = makeResolver();
  const desk = createDesk({
    sources: {
      placeOf: (object) => shorten(resolver.placeOf(object)),
      placeOfFunction: (allocating) => shorten(resolver.placeOfFunction(allocating)),
    },
  });
  const names = shortNames(files);
  for (const [index, file] of files.entries()) {
    const byteLength = sizeOf(file);
    desk.add({
      name: names[index]!,
      ...(byteLength === undefined ? {} : { byteLength }),
      async open(run) {
        const opened = await openHeapFile(file, { ...run, signal, cache });
        if (opened instanceof HeapSnapshot) options.onSnapshot?.(opened);
        const recorded = opened instanceof HeapSnapshot ? opened.captureRecord?.scripts : undefined;
        if (recorded !== undefined && recorded.length > 0) {
          // The records know where the maps are of scripts that are gone.
          scripts.push(...recorded);
          resolver = makeResolver();
        }
        return opened;
      },
    });
  }
  return desk;
}

/** The place as it can be typed from here. The file may be a url or one of the runtime's own, which stay as they are. */
function shorten(place: Place | undefined): Place | undefined {
  return place === undefined || !path.isAbsolute(place.file)
    ? place
    : { ...place, file: shortPath(place.file) };
}

/** Names for people: without the folders, unless two would be the same. */
function shortNames(files: readonly string[]): string[] {
  const bases = files.map((file) => (file === "-" ? "standard input" : path.basename(file)));
  const isUnique = new Set(bases).size === bases.length;
  return bases.map((base, index) => (isUnique || files[index] === "-" ? base : files[index]!));
}

function sizeOf(file: string): number | undefined {
  const stats = file === "-" ? undefined : statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : undefined;
}
