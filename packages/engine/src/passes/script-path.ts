/**
 * One name for each script file. Node names a CommonJS module in the heap by its path, the inspector names the same
 * script by its url, and an ES module is a url in both. So that a script known from the one can be told to be a script
 * known from the other, and people get a place that their editor opens, urls of files become paths.
 */

/** The path of a `file:` url, by the rules of the system that wrote it; anything else as it is. */
export function scriptPath(url: string): string {
  if (!url.startsWith("file://")) return url;
  let path: string;
  try {
    path = decodeURIComponent(url.slice("file://".length));
  } catch {
    return url;
  }
  // Windows: file:///C:/app/x.js and file://server/share/x.js
  if (/^\/[A-Za-z]:\//.test(path)) return path.slice(1).replaceAll("/", "\\");
  return path.startsWith("/") ? path : `\\\\${path.replaceAll("/", "\\")}`;
}
