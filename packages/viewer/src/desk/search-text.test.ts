import { describe, expect, it } from "vitest";
import { nameTest, readSearchText } from "./search-text.ts";

describe("nameTest", () => {
  it("looks for a part in all of a text, and for a regular expression in its beginning", () => {
    const long = `${"a".repeat(2_000)}end`;
    expect(nameTest("END")(long)).toBe(true);
    expect(nameTest("/end/")(long)).toBe(false);
    expect(nameTest("/^a+$/")(long)).toBe(true);
  });

  it("ends with a sentence when an expression takes too long for one text", () => {
    const slow = nameTest("/^(a+)+$/");
    // Twice the time for each character: the first that takes long enough is not much too long.
    expect(() => {
      for (let length = 20; length < 40; length++) slow(`${"a".repeat(length)}!`);
    }).toThrow(
      expect.objectContaining({ code: "bad-filter", message: expect.stringContaining("takes too long") }),
    );
  });
});

it("refuses what has the form of an expression and is none", () => {
  expect(() => readSearchText("/(/")).toThrow(expect.objectContaining({ code: "bad-filter" }));
  expect(readSearchText("(")).toBe("(");
});
