import { describe, expect, it } from "vitest";
import { filterProblem } from "./filter-box.tsx";

describe("filterProblem", () => {
  it("has none with texts and whole expressions", () => {
    expect(["", "Session", "(", "/^a/i"].map(filterProblem)).toEqual(Array(4).fill(undefined));
  });

  it("tells in a sentence what is wrong with an expression, and how to look for the text", () => {
    expect(filterProblem("/(/")).toMatch(/^Not a regular expression yet: .+\. Write it without slashes/);
  });
});
