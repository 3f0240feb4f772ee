// The names of a capture's files, for both sides: the thread that writes them, and the process that removes halves when it
// ends.
//
//   heap-snapshot-web1-4242-0-20261123T120000Z-1f2e3d4c.heapsnapshot.gz           the file
//   heap-snapshot-web1-4242-0-20261123T120000Z-1f2e3d4c.heapsnapshot.gz.json      its record
//   .heap-snapshot-…gz.partial, .heap-snapshot-…gz.json.partial                   while they are written

import path from "node:path";
import type { FileOrder } from "./messages.ts";

export function finalPath({ directory, name, gzip }: FileOrder): string {
  return path.join(directory, gzip ? `${name}.gz` : name);
}

export function recordOf(file: string): string {
  return `${file}.json`;
}

/** Of the file and of its record. */
export function partialsOf(order: FileOrder): [string, string] {
  const file = finalPath(order);
  return [file, recordOf(file)].map((each) =>
    path.join(order.directory, `.${path.basename(each)}.partial`),
  ) as [string, string];
}
