import { expect, test } from "vitest";
import { parseInspectorJson } from "./inspector-json.ts";

test("a program whose name would clear the screen is listed all the same", () => {
  // As Node 18 to 26 answer for a file of that name.
  const body = `[ {\n  "description": "node.js instance",\n  "title": "leak\u001b[2J.js",\n  "type": "node"\n} ]\n`;
  expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
  expect(parseInspectorJson(body)).toEqual([
    { description: "node.js instance", title: "leak [2J.js", type: "node" },
  ]);
});

test("what is no JSON is still none", () => {
  expect(() => parseInspectorJson("<html>\u0000</html>")).toThrow(SyntaxError);
});
