import { describe, expect, it } from "vitest";
import { createPalette } from "./palette.ts";
import { Page } from "./page.ts";

const plain = createPalette(false);

describe("Page", () => {
  it("wraps sentences between words where lines have a width", () => {
    const page = new Page(plain, 20);
    page.answer("12.3 MB in 59,812 objects; the largest is Session.");
    expect(page.lines).toEqual(["12.3 MB in 59,812", "objects; the largest", "is Session."]);
  });

  it("leaves sentences in one line where lines have none", () => {
    const page = new Page(plain, undefined);
    page.answer("12.3 MB in 59,812 objects; the largest is Session.");
    expect(page.lines).toHaveLength(1);
  });

  it("never cuts the commands that it proposes, but leaves out what they are for", () => {
    const commands = [["heapscope path app.heapsnapshot @12345", "why it is still there"]] as const;
    const wide = new Page(plain, 80);
    wide.next(commands);
    expect(wide.lines).toEqual(["", "next: heapscope path app.heapsnapshot @12345   why it is still there"]);
    const narrow = new Page(plain, 50);
    narrow.next(commands);
    expect(narrow.lines).toEqual(["", "next: heapscope path app.heapsnapshot @12345"]);
  });

  it("cuts a line of segments only where it may be cut", () => {
    const page = new Page(plain, 20);
    page.segments([{ text: "AVeryLongClassNameIndeed", cut: "middle" }, { text: " @12345" }]);
    expect(page.lines).toEqual(["AVeryL…Indeed @12345"]);
  });

  it("says nothing about what is left out when nothing is", () => {
    const page = new Page(plain, 80);
    page.omission(0, "0 more groups");
    page.omission(2, "2 more groups");
    expect(page.lines).toEqual(["… 2 more groups; --limit 0 shows all"]);
  });
});
