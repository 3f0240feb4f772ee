import { CancelledError } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import type { AskOptions, WorkProgress } from "../protocol/index.ts";
import { createSharedWork } from "./shared-work.ts";

const HALF: WorkProgress = { stage: "reading", done: 1, total: 2 };

/** Work that is ended by hand, and how often it was begun. */
function handWork(): {
  readonly work: (options: AskOptions) => Promise<string>;
  readonly begun: AskOptions[];
  readonly finish: (answer: string) => void;
} {
  const begun: AskOptions[] = [];
  let finish = (_answer: string): void => {};
  const work = (options: AskOptions): Promise<string> => {
    begun.push(options);
    return new Promise((resolve, reject) => {
      finish = resolve;
      options.signal?.addEventListener("abort", () => reject(new CancelledError()));
    });
  };
  return { work, begun, finish: (answer) => finish(answer) };
}

describe("createSharedWork", () => {
  it("does once what two ask for, and tells both of its progress", async () => {
    const { work, begun, finish } = handWork();
    const shared = createSharedWork();
    const heard: string[] = [];
    const first = shared.ask("a", work, { onProgress: () => heard.push("first") });
    await Promise.resolve();
    begun[0]!.onProgress?.(HALF);
    const second = shared.ask("a", work, { onProgress: () => heard.push("second") });
    begun[0]!.onProgress?.(HALF);
    finish("done");
    expect(await Promise.all([first, second])).toEqual(["done", "done"]);
    // The second hears at once how far it is.
    expect(heard).toEqual(["first", "second", "first", "second"]);
    expect(begun).toHaveLength(1);
  });

  it("goes on for the other when one cancels", async () => {
    const { work, begun, finish } = handWork();
    const shared = createSharedWork();
    const one = new AbortController();
    const first = shared.ask("a", work, { signal: one.signal });
    const second = shared.ask("a", work, {});
    await Promise.resolve();
    one.abort();
    await expect(first).rejects.toBeInstanceOf(CancelledError);
    expect(begun[0]!.signal?.aborted).toBe(false);
    finish("done");
    expect(await second).toBe("done");
  });

  it("ends when nobody waits any more, and begins anew for who asks then", async () => {
    const { work, begun, finish } = handWork();
    const shared = createSharedWork();
    const one = new AbortController();
    const first = shared.ask("a", work, { signal: one.signal });
    await Promise.resolve();
    one.abort();
    await expect(first).rejects.toBeInstanceOf(CancelledError);
    expect(begun[0]!.signal?.aborted).toBe(true);
    const next = shared.ask("a", work, {});
    await Promise.resolve();
    finish("again");
    expect(await next).toBe("again");
    expect(begun).toHaveLength(2);
  });
});
