import { expect, test } from "vitest";
import { isUserScript, shortModuleName, stableModuleName } from "./module-names.ts";

test.each([
  ["/srv/app/src/cache.ts", "src/cache.ts", "cache.ts", true],
  ["server.js", "server.js", "server.js", true],
  ["C:\\app\\src\\cache.ts", "src/cache.ts", "cache.ts", true],
  ["webpack://shop/./src/cart.ts?4f2a", "src/cart.ts", "cart.ts", true],
  ["/app/node_modules/lodash/memoize.js", "lodash/memoize.js", "lodash/memoize.js", false],
  ["/app/node_modules/.pnpm/a@1.2.3/node_modules/@scope/a/x.js", "@scope/a/x.js", "@scope/a/x.js", false],
  ["node:internal/timers", "node:internal/timers", "node", false],
])("%s is called %s", (path, short, stable, isUser) => {
  expect(shortModuleName(path)).toBe(short);
  expect(stableModuleName(path)).toBe(stable);
  expect(isUserScript(path)).toBe(isUser);
});
