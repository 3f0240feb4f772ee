// The name of the function or class at a position, read off the text there, as far as it is simple: `function foo(`,
// `foo(`, `foo = `, `foo: `, `class Foo`, and for a constructor its class. Works for JavaScript, minified or not, and for
// TypeScript. Looks at a few lines only, except for a class, whose constructor may stand anywhere in it.

import { TextAround, type NameInText } from "./text-around.ts";

/** Characters on either side that are looked at. */
const NEAR = 300;
/** Characters before a constructor in which its class is looked for. */
const FAR = 50_000;
const MOST_CLASSES = 30;

const NAME = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const CLASS_HEAD = String.raw`(?:(?:export|default|declare|abstract)\s+)*class\b\s*(?:(?!extends\b|implements\b)(${NAME}))?`;
const KEYWORDS = new Set(
  (
    "async await break case catch class const continue default delete do else export extends finally for function get " +
    "if in instanceof let new of return set static super switch this throw try typeof var void while with yield"
  ).split(" "),
);

/** The name at a position of a function: at its first character, its name, or the bracket of its parameters. */
export function findFunctionName(
  lines: readonly string[],
  line: number,
  column: number,
): NameInText | undefined {
  const here = lines[line];
  if (here === undefined || column > here.length) return undefined;
  // Maps that know lines only have the line's beginning.
  const indent = /^\s*/.exec(here.slice(column, column + NEAR))![0].length;
  const text = new TextAround(lines, line, column + indent);
  const after = text.after(NEAR);

  const theClass = match(after, CLASS_HEAD);
  if (theClass !== undefined) return text.named(theClass) ?? assigned(text);

  if (
    match(after, "constructor\\s*\\(") ||
    (after.startsWith("(") && /\bconstructor\s*$/.test(text.before(NEAR)))
  )
    return enclosingClass(text);

  const theFunction = match(
    after,
    `(?:(?:export|default|declare|async)\\s+)*function\\b\\s*\\*?\\s*(${NAME})?`,
  );
  if (theFunction !== undefined) return text.named(theFunction) ?? assigned(text);

  if (after.startsWith("(")) {
    const before = text.before(NEAR);
    const called = new RegExp(`(#?${NAME})\\s{0,20}(?:<[^<>()]{0,100}>)?\\s{0,20}$`, "u").exec(before);
    const name = called?.[1];
    if (name === "function" || isArrow(text.after(2000))) return assigned(text);
    return name === undefined ? undefined : text.at(name, called!.index - before.length);
  }
  // The first parameter of an arrow function, whose bracket a minifier has left out.
  const bracket = /\(\s*$/.exec(text.before(NEAR));
  if (bracket !== null) return assigned(text.back(bracket[0].length));
  return namedAhead(text, after) ?? assigned(text);
}

/** Whether an arrow stands behind the brackets that the text begins with. */
function isArrow(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "(") depth++;
    if (character === ")" && --depth === 0) return /^\s*(?::[^={;]{0,150})?=>/.test(text.slice(at + 1));
  }
  return false;
}

/** `async foo(`, `private get foo(`, `const foo = (`, `foo: function`; not the `x` of `x => …`. */
function namedAhead(text: TextAround, after: string): NameInText | undefined {
  const modifiers =
    "(?:(?:export|default|const|let|var|public|private|protected|static|override|readonly|async|get|set|accessor)\\s+)*\\*?\\s*";
  const ahead = match(after, `${modifiers}(#?${NAME})\\s{0,20}\\??\\s{0,20}(=>|[(<=:])`);
  if (ahead === undefined || ahead[2] === "=>" || KEYWORDS.has(ahead[1]!)) return undefined;
  return text.named(ahead);
}

/** What an anonymous function or class is assigned to: `foo = `, `this.foo = `, `foo: `. */
function assigned(text: TextAround): NameInText | undefined {
  const whole = text.before(NEAR);
  let before = whole
    .trimEnd()
    .replace(/\bfunction\s*\*?$/, "")
    .trimEnd()
    .replace(/\basync$/, "")
    .trimEnd();
  if (before.endsWith("=")) {
    before = before
      .slice(0, -1)
      .replace(/(?:\?\?|\|\||&&)$/, "")
      .trimEnd();
    if (/[=!<>+*/%^~-]$/.test(before)) return undefined;
    const typed = new RegExp(
      `(?:\\b(?:const|let|var)|[{;\\n])\\s{0,20}(${NAME})\\s{0,20}:(?:[^=;{}]|=>){0,150}$`,
      "u",
    ).exec(before);
    const plain = new RegExp(`(#?${NAME})["'\\]]{0,2}$`, "u").exec(before);
    const found = typed ?? plain;
    return found === null ? undefined : nameIn(text, whole, found);
  }
  if (!before.endsWith(":")) return undefined;
  const property = new RegExp(`(?:[{,]|^)\\s{0,40}["']?(${NAME})["']?\\s{0,20}:$`, "u").exec(before);
  return property === null ? undefined : nameIn(text, whole, property);
}

function nameIn(text: TextAround, whole: string, found: RegExpExecArray): NameInText | undefined {
  const name = found[1]!;
  if (KEYWORDS.has(name)) return undefined;
  return text.at(name, found.index + found[0].indexOf(name) - whole.length);
}

/** The class around a constructor: the nearest before it whose braces are still open. */
function enclosingClass(text: TextAround): NameInText | undefined {
  const before = text.before(FAR);
  const heads = [...before.matchAll(/\bclass\b/g)].slice(-MOST_CLASSES).reverse();
  const classes = heads.flatMap(({ index }) => {
    const offset = index - before.length;
    const found = match(before.slice(index, index + NEAR), CLASS_HEAD);
    const inner = found === undefined ? undefined : text.back(-offset).named(found);
    // In `Foo = class t`, people know the outer name; the inner one is made up by bundlers.
    const name = assigned(text.back(-offset)) ?? inner;
    return name === undefined ? [] : [{ name, body: before.slice(index) }];
  });
  return classes.find(({ body }) => isOpen(body))?.name;
}

/** Whether exactly one brace is open at the end of the text. Braces in strings mostly come in pairs, too. */
function isOpen(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x7b) depth++;
    if (character === 0x7d && --depth === 0) return false;
  }
  return depth === 1;
}

function match(text: string, pattern: string): RegExpExecArray | undefined {
  return new RegExp(`^(?:${pattern})`, "u").exec(text) ?? undefined;
}
