/**
 * Where things are in the author's source. The command answers with source maps and files (its `SourceResolver`); where there
 * are none, as in a browser, the snapshot alone answers (`snapshotPlaces`).
 */
import { findPlace, scriptPath, type AllocationFunction, type HeapObject } from "@heapscope/engine";

/** A place in a source file. Lines and columns count from 1, as editors do. The texts are hostile. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The function's or class's name. */
  readonly name?: string;
}

export interface SourceLookup {
  /**
   * A closure's own place, an object's constructor's; see the engine's `findPlace`. Prepare `scriptUrls` beforehand.
   * `undefined` where the file does not tell.
   */
  placeOf(object: HeapObject): Place | undefined;
  placeOfFunction(allocating: AllocationFunction): Place | undefined;
}

/** `file:line:column`. */
export function formatPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

/** The places in the scripts that ran, as the snapshot itself has them. */
export const snapshotPlaces: SourceLookup = {
  placeOf(object) {
    const place = findPlace(object);
    const script = place === undefined ? undefined : object.snapshot.scriptUrls.get(place.scriptId);
    if (place === undefined || script === undefined) return undefined;
    const { line, column, function: name } = place;
    return { file: script, line: line + 1, column: column + 1, ...(name === undefined ? {} : { name }) };
  },
  placeOfFunction({ name, scriptName, line, column }) {
    // These count from 1 in the file; 0 is unknown.
    return scriptName === "" || line === 0
      ? undefined
      : { file: scriptPath(scriptName), line, column: Math.max(1, column), name };
  },
};
