/**
 * Names of modules for people: short, and the same wherever a program is installed.
 */

/**
 * The end of a path or url that tells a module: `src/cache.ts`; in a package what follows `node_modules`
 * (`lodash/memoize.js`); Node's own modules as they are (`node:internal/timers`).
 */
export function shortModuleName(path: string): string {
  if (path.startsWith("node:")) return path;
  // The text of such a module is its url.
  if (path.startsWith("data:")) return "data:";
  return inPackage(path) ?? segmentsOf(path).slice(-2).join("/");
}

/** As `shortModuleName`, without the folder, which differs between installations: `cache.ts`, `lodash/memoize.js`. */
export function stableModuleName(path: string): string {
  if (path.startsWith("node:")) return path;
  if (path.startsWith("data:")) return "data:";
  return inPackage(path) ?? segmentsOf(path).at(-1) ?? "";
}

/** Whether a script is one of Node's own, or has no name. */
export function isRuntimeScript(path: string): boolean {
  return path === "" || path.startsWith("node:");
}

/** Whether a script belongs to an installed package. */
export function isPackageScript(path: string): boolean {
  return inPackage(path) !== undefined;
}

function inPackage(path: string): string | undefined {
  const segments = segmentsOf(path);
  const at = segments.lastIndexOf("node_modules");
  if (at === -1 || at === segments.length - 1) return undefined;
  // A store of packages names its folders for versions; the innermost folder is the package's own.
  return segments.slice(at + 1).join("/");
}

function segmentsOf(path: string): string[] {
  const end = /^[a-z][a-z0-9+.-]*:\/\//i.test(path) ? path.replace(/[?#].*$/s, "") : path;
  return end.split(/[/\\]/).filter((segment) => segment !== "");
}
