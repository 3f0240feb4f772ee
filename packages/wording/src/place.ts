/** A place in a source file, and who knows the places of objects and functions. */
import type { AllocationFunction, HeapObject } from "@heapscope/engine";

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
