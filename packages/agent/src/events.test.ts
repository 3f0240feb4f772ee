import { afterEach, describe, expect, it, vi } from "vitest";
import type { AgentEvent } from "./api.ts";
import { createEvents, warning } from "./events.ts";

afterEach(() => vi.restoreAllMocks());

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("events", () => {
  it("go to the hook, and the last fifty stay", () => {
    const heard: AgentEvent[] = [];
    const events = createEvents({ onEvent: (event) => heard.push(event), exporters: [] });
    for (let number = 0; number < 60; number += 1) events.tell(warning(`${number}`));
    expect(heard).toHaveLength(60);
    expect(events.recent.map(({ message }) => message)).toEqual(
      heard.slice(10).map(({ message }) => message),
    );
    expect(heard[0]?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("broken hook");
      },
    ],
    ["rejects", () => Promise.reject(new Error("broken hook"))],
  ])("survive a hook that %s, and say so", async (_name, onEvent) => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
    const events = createEvents({ onEvent: onEvent as () => void, exporters: [] });
    events.tell(warning("first"));
    await settled();
    expect(events.recent.map(({ message }) => message)).toEqual(["first", "onEvent threw: broken hook"]);
    expect(warned).toHaveBeenCalledOnce();
  });

  it("are Node's warnings where nobody listens, unless they are good news", () => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
    const events = createEvents({ exporters: [] });
    events.tell({ ...warning("fine"), severity: "info" });
    events.tell(warning("a signal is taken"));
    expect(warned.mock.calls).toEqual([["a signal is taken", "HeapscopeWarning"]]);
  });
});
