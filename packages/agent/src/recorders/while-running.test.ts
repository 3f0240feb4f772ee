import { describe, expect, test } from "vitest";
import { whileRunning } from "./while-running.ts";

const running = new AbortController().signal;
const never = new Promise<never>(() => {});

describe("waiting", () => {
  test("gives what is waited for", async () => {
    expect(await whileRunning(running, 1e6, Promise.resolve(7))).toBe(7);
    await expect(whileRunning(running, 1e6, Promise.reject(new Error("no")))).rejects.toThrow("no");
  });

  test("ends after a time: for nothing that is as it should be, for an answer it is a failure", async () => {
    expect(await whileRunning(running, 1)).toBeUndefined();
    await expect(whileRunning(running, 1, never)).rejects.toThrow("no answer in 0.001 s");
  });

  test("ends when the agent is stopped, also if that was before", async () => {
    const ending = new AbortController();
    const waits = [whileRunning(ending.signal, 1e6), whileRunning(ending.signal, 1e6, never)];
    ending.abort();
    for (const wait of [...waits, whileRunning(ending.signal, 1e6)])
      await expect(wait).rejects.toMatchObject({ code: "stopped" });
  });
});
