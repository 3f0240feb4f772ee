import { describe, expect, it } from "vitest";
import { languageOf, nextTheme, readCookie } from "./settings.ts";

describe("settings", () => {
  it("take Indonesian from the browser's language, by its new and its old name", () => {
    expect(["id", "id-ID", "ID", "in"].map(languageOf)).toEqual(["id", "id", "id", "id"]);
    expect(["en-US", "is", "nl", "", "idx"].map(languageOf)).toEqual(["en", "en", "en", "en", "en"]);
  });

  it("go round all themes, the first step to what looks different", () => {
    expect(nextTheme("system", true)).toBe("light");
    expect(nextTheme("system", false)).toBe("dark");
    for (const isDark of [true, false]) {
      const step = (theme: "system" | "light" | "dark") => nextTheme(theme, isDark);
      expect(step(step(step("system")))).toBe("system");
    }
  });

  it("are found among the cookies of other programs of this computer", () => {
    const text = '{"theme":"dark","language":"id"}';
    const cookies = `a=1; heapscope.settings=${encodeURIComponent(text)}; xheapscope.settings=2`;
    expect(readCookie(cookies)).toBe(text);
    expect(readCookie("a=1")).toBeUndefined();
  });
});
