import { describe, expect, it } from "vitest";
import type { Link } from "../protocol/index.ts";
import { tableSource } from "./link-source.ts";

describe("tableSource", () => {
  const asked: unknown[] = [];
  const link = {
    kind: "worker",
    ask: async (name: string, ask: unknown, options?: { onProgress?: (progress: object) => void }) => {
      asked.push([name, ask]);
      options?.onProgress?.({ stage: "sorting", done: 1, total: 4 });
      options?.onProgress?.({ stage: "reading", done: 1 });
      return name === "rows" ? { total: 0, start: 0, rows: [] } : [];
    },
    onFiles: () => () => {},
  } as unknown as Link;

  it("asks the link for rows, with progress as a fraction", async () => {
    const source = tableSource(link, "summary", { file: 1, text: "Map" });
    const progress: unknown[] = [];
    const options = {
      signal: new AbortController().signal,
      onProgress: (...report: unknown[]) => progress.push(report),
    };
    await source.slice("g", { by: "count", descending: true }, 100, 50, options);
    expect(asked.pop()).toEqual([
      "rows",
      {
        table: "summary",
        params: { file: 1, text: "Map" },
        of: "g",
        order: { by: "count", descending: true },
        start: 100,
        count: 50,
      },
    ]);
    expect(progress).toEqual([
      ["sorting", 0.25],
      ["reading", undefined],
    ]);
  });

  it("has another key for other parameters, and places where rows are objects", async () => {
    expect(tableSource(link, "summary", { file: 1 }).key).not.toBe(
      tableSource(link, "summary", { file: 2 }).key,
    );
    expect(tableSource(link, "calls", { file: 0, direction: "up" })).not.toHaveProperty("locate");
    await tableSource(link, "containment", { file: 0 }).locate!(7, undefined);
    expect(asked.pop()).toEqual(["locate", { table: "containment", params: { file: 0 }, id: 7 }]);
  });
});
