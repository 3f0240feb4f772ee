// The path of a file as short as it can be typed from here.

import { relative, sep } from "node:path";

/** Relative if the file is in the working folder or below, else as it is. */
export function shortPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === "" || path === ".." || path.startsWith(`..${sep}`) ? file : path;
}
