import { expect, it } from "vitest";
import { findMappingUrl } from "./mapping-comment.ts";

it.each([
  ["let a;\n//# sourceMappingURL=a.js.map", "a.js.map"],
  ["let a;\n//# sourceMappingURL=a.js.map\n\n", "a.js.map"],
  ["let a;\n//@ sourceMappingURL=a.js.map\r\n", "a.js.map"],
  ["let a; //# sourceMappingURL=a.js.map of another kind", "a.js.map"],
  ["//# sourceMappingURL=old.map\nlet a;\n//# sourceMappingURL=new.map\n// the end", "new.map"],
  ["//# sourceMappingURL=a.map\nconst key = 'sourceMappingURL=';", "a.map"],
  ['//# sourceMappingURL=a.map\nwrite("//# sourceMappingURL=" + url);', "a.map"],
  ["write(`//# sourceMappingURL=${url}`);", undefined],
  ['write("\\n//# sourceMappingURL=x.map");', undefined],
  ["//# sourceMappingURL=", undefined],
  ["/* sourceMappingURL=a.map */", undefined],
  ["# sourceMappingURL=a.map", undefined],
  ["", undefined],
])("of %j the source map is %s", (text, url) => {
  expect(findMappingUrl(text)).toBe(url);
});

it("is found before megabytes of text that deals with source maps", () => {
  const text = `//# sourceMappingURL=a.map\n${"'sourceMappingURL=' ".repeat(500)}${"x".repeat(2 ** 22)}`;
  expect(findMappingUrl(text)).toBe("a.map");
});

it("may be megabytes long", () => {
  const url = `data:application/json;base64,${"A".repeat(2 ** 22)}`;
  expect(findMappingUrl(`let a;\n//# sourceMappingURL=${url}\n`)).toBe(url);
});
