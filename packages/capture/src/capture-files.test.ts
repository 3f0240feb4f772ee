import path from "node:path";
import { expect, test } from "vitest";
import { formatFileName, manifestName, nameWithTime, parseFileName } from "./capture-files.ts";

test("files of a series share the name that was asked for", () => {
  const names = parseFileName("out/app.heapsnapshot", false);
  expect(formatFileName(names, 2, 3, "main")).toBe(path.resolve("out/app-2.heapsnapshot"));
  expect(formatFileName(names, 2, 3, "worker 1 pool")).toBe(
    path.resolve("out/app-2.worker-1-pool.heapsnapshot"),
  );
  expect(formatFileName(names, 1, 1, "main")).toBe(path.resolve("out/app.heapsnapshot"));
  expect(manifestName(names)).toBe(path.resolve("out/app.capture.json"));
});

test("a name that ends with a slash is that of a folder, in which files have numbers", () => {
  const names = parseFileName("out/", true);
  expect(formatFileName(names, 2, 12, "main")).toBe(path.resolve("out/02.heapsnapshot.gz"));
  expect(formatFileName(names, 1, 1, "main")).toBe(path.resolve("out/1.heapsnapshot.gz"));
  expect(manifestName(names)).toBe(path.resolve("out/capture.json"));
});

test("a name with a time in it has nothing that a shell takes for something else", () => {
  const at = new Date(2026, 10, 23, 9, 5, 7);
  expect(nameWithTime("leaks", "/srv/my app; rm -rf.js", at)).toBe("leaks-my-app-rm--rf.js-20261123-090507");
  expect(nameWithTime("leaks", "///", at)).toBe("leaks-target-20261123-090507");
});
