import { join } from "node:path";
import { expect, test } from "vitest";
import { shortPath } from "./short-path.ts";

test("a path is as short as it can be typed from here", () => {
  expect(shortPath(join(process.cwd(), "a.heapprofile"))).toBe("a.heapprofile");
  expect(shortPath(join(process.cwd(), "deep", "..a"))).toBe(join("deep", "..a"));
  expect(shortPath("/elsewhere/a")).toBe("/elsewhere/a");
  expect(shortPath(join(process.cwd(), "..", "a"))).toBe(join(process.cwd(), "..", "a"));
});
