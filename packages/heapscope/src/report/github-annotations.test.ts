import { resolve } from "node:path";
import { expect, it } from "vitest";
import type { Check, Violation } from "../schemas/check.ts";
import { formatGithubAnnotations } from "./github-annotations.ts";

const folder = resolve("/work/shop");

function annotate(violation: Partial<Violation>): string {
  const violations = [{ rule: "budget", name: "budget total<=1", message: "too much", ...violation }];
  return formatGithubAnnotations({ violations } as Check, folder).join("\n");
}

it("names the line of the source, by its path in the repository", () => {
  expect(annotate({ name: "no-leaks", location: "/work/shop/src/a.ts:41:18" })).toBe(
    "::error file=src/a.ts,line=41,col=18,title=heapscope no-leaks::too much",
  );
});

it("leaves out places that are no files", () => {
  for (const location of [
    "node:internal/fs:1:2",
    "webpack://shop/a.ts:1:2",
    "evalmachine",
    "/work/shop/a.ts:0:1",
  ])
    expect(annotate({ location })).toBe("::error title=heapscope budget total<=1::too much");
});

it("lets no text out of its place", () => {
  expect(annotate({ name: "a:b,c%", message: "100 %\r\n::error::forged\u001b[2J" })).toBe(
    "::error title=heapscope a%3Ab%2Cc%25::100 %25\\r\\n::error::forged\\x1b[2J",
  );
});
