import { describe, expect, it } from "vitest";
import { lineWidth, wantsColour, wantsProgress } from "./terminal.ts";

const terminal = { isTTY: true, columns: 120 };
const pipe = {};

describe("lineWidth", () => {
  it("is the terminal's, 80 where it does not tell, and none in a pipe", () => {
    expect([lineWidth(terminal), lineWidth({ isTTY: true, columns: 0 }), lineWidth(pipe)]).toEqual([
      120,
      80,
      undefined,
    ]);
  });
});

describe("wantsColour", () => {
  it("is for terminals that can", () => {
    expect(wantsColour(terminal, {})).toBe(true);
    expect(wantsColour(terminal, { TERM: "dumb" })).toBe(false);
    expect(wantsColour(pipe, {})).toBe(false);
  });

  it("obeys NO_COLOR when it is not empty, and FORCE_COLOR before it", () => {
    expect(wantsColour(terminal, { NO_COLOR: "1" })).toBe(false);
    expect(wantsColour(terminal, { NO_COLOR: "" })).toBe(true);
    expect(wantsColour(pipe, { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(true);
    expect(wantsColour(terminal, { FORCE_COLOR: "0" })).toBe(false);
  });
});

describe("wantsProgress", () => {
  it("is for terminals outside of CI", () => {
    expect(wantsProgress(terminal, {})).toBe(true);
    expect(wantsProgress(pipe, {})).toBe(false);
    expect(wantsProgress(terminal, { CI: "true" })).toBe(false);
  });
});
