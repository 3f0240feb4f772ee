import { expect, it } from "vitest";
import { findEnclosingName } from "./enclosing-function.ts";

function around(marked: string): string | undefined {
  const at = marked.indexOf("|");
  const lines = (marked.slice(0, at) + marked.slice(at + 1)).split("\n");
  const before = marked.slice(0, at).split("\n");
  return findEnclosingName(lines, before.length - 1, before.at(-1)!.length);
}

it.each([
  ["function handle(request) {\n  request.on('data', |(chunk) => {});\n}", "handle"],
  ["function handle(request) { if (a) { for (const b of c) { run(|() => b) } } }", "handle"],
  ["function first() {}\nfunction handle() { return |() => 1 }", "handle"],
  ["const handle = async (request: Request): Promise<void> => {\n  later(|() => request);\n};", "handle"],
  ["const handle=r=>{later(|()=>r)}", "handle"],
  ["export const handle = (a) => |() => a;", "handle"],
  ["export const handle =\n  (a: number): (() => number) =>\n  |() => a;", "handle"],
  ["export const handle = a => b => |() => a;", "handle"],
  ["class Server { #run(a, { b } = {}) { later(|() => a) } }", "#run"],
  ["class Server { constructor(a) { later(|() => a) } }", "Server"],
  ["function handle() { list.map((each) => { later(|() => each) }) }", "handle"],
  ["function handle() { return { run: |function() {} } }", "handle"],
  ["later(|() => 1)", undefined],
  ["function before() {}\nlater(|() => 1)", undefined],
  ["if (a) { later(|() => 1) }", undefined],
  ["} } ) |() => 1", undefined],
  ["|", undefined],
])("of %j the function around is %s", (text, name) => {
  expect(around(text)).toBe(name);
});

it("is looked for in no time, whatever the text is", () => {
  const texts = ["(", "{", ")", "}", "){", "=>{", "a=>", "a(b){", "=> (", "): a {", " ", "\n"];
  const started = performance.now();
  for (const one of texts) for (const other of texts) around(`${one.repeat(30_000)}${other.repeat(30_000)}|`);
  expect((performance.now() - started) / texts.length ** 2).toBeLessThan(50);
});
