// Where an object comes from, as `file:line:column`: a function where it is written, an object where its constructor is.

import type { HeapObject } from "@heapscope/engine";

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
