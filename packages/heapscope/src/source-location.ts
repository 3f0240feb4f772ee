// Where an object comes from, as `file:line:column`: a function where it is written, an object where its constructor is.
// The same for the functions of an allocation stack, which bring their positions along.

import type { AllocationFunction, HeapObject } from "@heapscope/engine";

/**
 * The place of an object, or `undefined` where the file does not tell. Prepare `scriptUrls` beforehand.
 * **Cost**: O(log locations).
 */
export function sourceLocation(object: HeapObject): string | undefined {
  const { location } = object;
  const url = location === undefined ? undefined : object.snapshot.scriptUrls.get(location.scriptId);
  // The file counts from 0; editors, and so people, from 1.
  return url === undefined ? undefined : `${url}:${location!.line + 1}:${location!.column + 1}`;
}

/** The place of a function that allocated, or `undefined` where the file does not tell. **Cost**: constant. */
export function functionSource({ scriptName, line, column }: AllocationFunction): string | undefined {
  // Unlike the places of objects, these count from 1 in the file; 0 is unknown.
  return scriptName === "" || line === 0 ? undefined : `${scriptName}:${line}:${column}`;
}
