import { expect, test } from "vitest";
import { isRuntimeScript, shortModuleName, stableModuleName } from "./module-names.ts";

test.each([
  ["/srv/app/src/cache.ts", "src/cache.ts", "cache.ts"],
  ["server.js", "server.js", "server.js"],
  ["C:\\app\\src\\cache.ts", "src/cache.ts", "cache.ts"],
  ["webpack://shop/./src/cart.ts?4f2a", "src/cart.ts", "cart.ts"],
  ["/app/node_modules/lodash/memoize.js", "lodash/memoize.js", "lodash/memoize.js"],
  ["/app/node_modules/.pnpm/a@1.2.3/node_modules/@scope/a/x.js", "@scope/a/x.js", "@scope/a/x.js"],
  ["data:text/javascript,export const secret = 1;", "data:", "data:"],
  ["node:internal/timers", "node:internal/timers", "node:internal/timers"],
])("%s is called %s", (path, short, stable) => {
  expect(shortModuleName(path)).toBe(short);
  expect(stableModuleName(path)).toBe(stable);
});

test("Node's own scripts are told by their scheme, and what has no name is nobody's", () => {
  expect(["node:events", "", "/app/server.js", "[eval]"].map(isRuntimeScript)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
