import { expect, it } from "vitest";
import { formatBar } from "./bar.ts";

it("draws shares in eighths, and anything above nothing as a line at least", () => {
  expect([0, 0.0001, 0.5, 0.55, 1].map((share) => formatBar(share, 10))).toEqual([
    "",
    "▏",
    "█████",
    "█████▌",
    "██████████",
  ]);
});
