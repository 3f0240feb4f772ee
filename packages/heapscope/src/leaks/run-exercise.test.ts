import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { runExercise } from "./run-exercise.ts";

const never = new AbortController().signal;
const quoted = (source: string): string => `"${process.execPath}" -e '${source}'`;

test("a command that ends well has done its work, and knows the round", async () => {
  await runExercise(quoted("process.exit(process.env.HEAPSCOPE_ROUND === String(2) ? 0 : 1)"), {
    signal: never,
    round: 2,
  });
});

test("a command that fails ends the search with its last words", async () => {
  const failing = runExercise(quoted("console.error(`no \\u001b[2J such shop`); process.exit(3)"), {
    signal: never,
    round: 1,
  });
  await expect(failing).rejects.toMatchObject({
    code: "exercise",
    message: expect.stringMatching(
      /failed in round 1 \(exit code 3; its last words: no .* such shop\); the process is left as it was/,
    ) as string,
  });
});

test("a command that the shell does not know has failed", async () => {
  await expect(runExercise("no-such-command-at-all", { signal: never, round: 0 })).rejects.toThrow(
    /failed while the process was warmed up \(exit code 127;/,
  );
});

test.skipIf(process.platform === "win32")("giving up ends the command and all it has started", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-exercise-"));
  const file = path.join(folder, "ticks");
  const length = (): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const stop = new AbortController();
  const ticking = `(while true; do echo x >> '${file}'; sleep 0.05; done) & sleep 30`;
  const exercise = runExercise(ticking, { signal: stop.signal, round: 1 });
  await expect.poll(length).toBeGreaterThan(0);
  stop.abort(new Error("given up"));
  await expect(exercise).rejects.toThrow("given up");
  await sleep(100);
  const before = length();
  await sleep(300);
  expect(length()).toBe(before);
  fs.rmSync(folder, { recursive: true });
});

test("what a command leaves running in the background does not keep the round from ending", async () => {
  const startedAt = performance.now();
  await runExercise("sleep 5 & echo started", { signal: never, round: 1 });
  expect(performance.now() - startedAt).toBeLessThan(3000);
});
