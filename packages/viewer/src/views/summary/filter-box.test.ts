import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../../words/words.ts";
import { filterProblem } from "./filter-box.tsx";

afterEach(() => setLanguage("en"));

describe("filterProblem", () => {
  it("has none with texts and whole expressions", () => {
    expect(["", "Session", "(", "/^a/i"].map(filterProblem)).toEqual(Array(4).fill(undefined));
  });

  it("tells in a sentence what is wrong with an expression, and how to look for the text", () => {
    expect(filterProblem("/(/")).toBe(
      "Not a regular expression yet: Unterminated group. Write it without slashes to look for the text as it is.",
    );
    setLanguage("id");
    expect(filterProblem("/a: (/i")).toBe(
      "Belum merupakan ekspresi reguler: Unterminated group. Tulis tanpa garis miring untuk mencari teksnya apa adanya.",
    );
  });
});
