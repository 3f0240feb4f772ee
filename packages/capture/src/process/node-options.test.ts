import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { splitNodeOptions } from "./node-options.ts";

test.each([
  ["", []],
  ["   ", []],
  ["--inspect=0  -r ./x.js", ["--inspect=0", "-r", "./x.js"]],
  ['--title="my app" --inspect', ["--title=my app", "--inspect"]],
  ['"--title=a b"', ["--title=a b"]],
  [String.raw`--title="say \"hi\" \\ there"`, [String.raw`--title=say "hi" \ there`]],
  [String.raw`-r C:\x\y.js`, ["-r", String.raw`C:\x\y.js`]],
  ['"" --inspect', ["--inspect"]],
  ['--ti"tle=a" b', ["--title=a", "b"]],
  ["--title=a\tb", ["--title=a\tb"]],
  ['--title="open end', ["--title=open end"]],
])("%j is %j", (text, words) => {
  expect(splitNodeOptions(text)).toEqual(words);
});

test("Node itself reads a quoted word the same way", () => {
  const text = String.raw`--title="a \"quoted\" \\ title" --no-warnings`;
  const { stdout } = spawnSync(process.execPath, ["-p", "process.title"], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: text },
  });
  expect(`--title=${stdout.trimEnd()}`).toBe(splitNodeOptions(text)[0]);
});
