import { describe, expect, it } from "vitest";
import { cutMiddle, cutStart, textWidth, wrapWords } from "./text-width.ts";

describe("textWidth", () => {
  it("counts two columns for wide characters and none for combining ones", () => {
    expect([textWidth("abc"), textWidth("名前"), textWidth("e\u0301"), textWidth("😀")]).toEqual([
      3, 4, 1, 2,
    ]);
  });
});

describe("cutMiddle", () => {
  it("keeps both ends of a name", () => {
    expect(cutMiddle("VeryLongClassName", 9)).toBe("Very…Name");
    expect(cutMiddle("VeryLongClassName", 10)).toBe("VeryL…Name");
  });

  it("leaves a name alone that fits", () => {
    expect(cutMiddle("Session", 7)).toBe("Session");
  });

  it.each([1, 2, 3, 4, 5, 8, 13])("never takes more than %d columns, whatever the characters", (width) => {
    for (const text of [
      "VeryLongClassName",
      "名前がとても長いクラス",
      "a😀b😀c😀d😀e😀f",
      "x".repeat(1024),
    ]) {
      expect(textWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
    }
  });
});

describe("cutStart", () => {
  it("keeps the end, by which a path is known", () => {
    expect(cutStart("/srv/app/lib/server.js:12:7", 16)).toBe("…/server.js:12:7");
    expect(textWidth(cutStart("/srv/名前/server.js", 12))).toBeLessThanOrEqual(12);
  });
});

describe("wrapWords", () => {
  it("breaks between words, and gives a longer word a line of its own", () => {
    expect(wrapWords("a bb aVeryLongWord c", 6)).toEqual(["a bb", "aVeryLongWord", "c"]);
  });
});
