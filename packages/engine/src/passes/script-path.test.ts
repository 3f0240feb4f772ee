import { expect, it } from "vitest";
import { scriptPath } from "./script-path.ts";

it.each([
  ["file:///srv/app/server.js", "/srv/app/server.js"],
  ["file:///srv/my%20app/100%25.mjs?v=1", "/srv/my app/100%.mjs?v=1"],
  ["file:///C:/app/server.js", String.raw`C:\app\server.js`],
  ["file://server/share/app.js", String.raw`\\server\share\app.js`],
  ["file:///srv/%E0%A4%A", "file:///srv/%E0%A4%A"],
  ["/srv/app/server.js", "/srv/app/server.js"],
  [String.raw`C:\app\server.js`, String.raw`C:\app\server.js`],
  ["node:internal/timers", "node:internal/timers"],
  ["https://shop.example/a%20b.js", "https://shop.example/a%20b.js"],
  ["evalmachine.<anonymous>", "evalmachine.<anonymous>"],
  ["", ""],
])("calls %j %j", (url, path) => {
  expect(scriptPath(url)).toBe(path);
});
