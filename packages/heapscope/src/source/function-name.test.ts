import { describe, expect, it } from "vitest";
import { findFunctionName } from "./function-name.ts";

/** The name at `|` in the text, and whether it was found where it stands. */
function nameAt(marked: string): string | undefined {
  const at = marked.indexOf("|");
  const lines = (marked.slice(0, at) + marked.slice(at + 1)).split("\n");
  const before = marked.slice(0, at).split("\n");
  const found = findFunctionName(lines, before.length - 1, before.at(-1)!.length);
  if (found !== undefined) {
    expect(lines[found.line]!.slice(found.column, found.column + found.name.length)).toBe(found.name);
  }
  return found?.name;
}

describe("the name of", () => {
  it.each([
    ["a function", "function open|(id) {}", "open"],
    ["a function at its name", "function |open(id) {}", "open"],
    ["a function at its beginning", "|async function open(id) {}", "open"],
    ["an exported function", "|export default function open<T>(id: T) {}", "open"],
    ["a generator function", "function*open|(id){}", "open"],
    ["a generic function", "function open<T extends Session>|(id: T) {}", "open"],
    ["a method", "class A { async open|(id) {} }", "open"],
    ["a method at its modifiers", "class A {\n  |private async open<T>(id: T) {} }", "open"],
    ["a private method", "class A { #open|(id) {} }", "#open"],
    ["a method called get", "class A { get|() {} }", "get"],
    ["a method called delete, in TypeScript", "class A { delete|(id: number): Promise<void> {} }", "delete"],
    ["a getter", "class A { get size|() {} }", "size"],
    ["an arrow function", "const open = |(id) => id;", "open"],
    ["an arrow function without brackets", "const open=|id=>id;", "open"],
    ["an arrow function at its parameter", "const open = (|id) => id;", "open"],
    ["an async arrow function", "const open = async |(id) => id;", "open"],
    ["an arrow function with a type", "const open: (id: number) => void = |(id) => {};", "open"],
    ["an arrow function on the next line", "export const open =\n  |(id: number) => id;", "open"],
    ["a function of a field", "class A {\n  private open = |(id) => id; }", "open"],
    ["a function of an object", "x = { a: 1, open: |(id) => id }", "open"],
    ["a function of an object, quoted", 'x = { "open": function|(id) {} }', "open"],
    ["a function at a property", "this.open = function|(id) {}", "open"],
    ["a class", "|class Session {}", "Session"],
    ["an exported class", "|export abstract class Session<T> extends Base {}", "Session"],
    ["a class in a variable", "var Session = |class {}", "Session"],
    ["a class in a variable, with another name", "var Session = |class _Session {}", "_Session"],
    ["a class in a variable, that extends", "var Session = |class extends Base {}", "Session"],
    ["a class at its constructor", "class Session { a = {}; run() {}\n constructor|(id) {} }", "Session"],
    ["a class at the line of its constructor", "class Session {\n|  constructor(id) {} }", "Session"],
    ["a class at the word constructor", "class Session {\n  |constructor(id) {} }", "Session"],
    ["a class in a variable at its constructor", "var s=class t extends u{constructor|(e){}}", "s"],
    ["the class around, not one inside", "class A { f() { class B {} } constructor|() {} }", "A"],
    ["the class inside, not one around", "class A { f() { class B { constructor|() {} } } }", "B"],
    [
      "a class, not of a comment",
      "/** class Wrong { */ class A { /* this class too */ constructor|() {} }",
      "A",
    ],
    ["one of many classes on a line", "class a{constructor(){}}class b{constructor|(){}}class c{}", "b"],
    ["a letter beyond the usual", "function größe|() {}", "größe"],
  ])("%s", (_what, text, name) => {
    expect(nameAt(text)).toBe(name);
  });

  it.each([
    ["a callback", "list.map(|(each) => each)"],
    ["a callback without brackets", "list.map(|each => each)"],
    ["a callback function", "setTimeout(function|() {}, 5)"],
    ["a typed result", "return |(id: number): number => id"],
    ["a result", "return |(id) => id"],
    ["an arrow function of an arrow function", "const open = (id) => |() => id"],
    ["a choice", "x = a ? b : |(id) => id"],
    ["what is compared", "if (a == |(b)) c"],
    ["a case", "switch (a) { case b: |(c) }"],
    ["a constructor without a class", "constructor|() {}"],
    ["nothing", "|"],
  ])("%s is not known", (_what, text) => {
    expect(nameAt(text)).toBeUndefined();
  });
});

it("is looked for in no time, whatever the text is", () => {
  const texts = [
    "a",
    " ",
    "a ",
    "class ",
    "class a{",
    "(",
    ":",
    "a:",
    "=",
    "constructor(",
    "\\",
    "<",
    "async ",
    '"',
    "a,\n",
  ];
  const started = performance.now();
  for (const one of texts) {
    for (const other of texts) {
      for (const middle of ["(", "constructor(", "class", "=>"]) {
        const [before, after] = [one.repeat(60_000), other.repeat(60_000)];
        const lines = `${before}${middle}${after}`.split("\n");
        findFunctionName(lines, 0, Math.min(before.length, lines[0]!.length));
      }
    }
  }
  expect((performance.now() - started) / texts.length ** 2 / 4).toBeLessThan(20);
});
