// For tests: a process full of secrets. Gets them as base64 of JSON, so that no text of it holds them before they are planted; puts
// each in every place where a program has texts, and writes a snapshot to the path in the last argument.

"use strict";
const v8 = require("node:v8");

const [, , encoded, path] = process.argv;
const held = (globalThis.planted = []);

(function plant() {
  const { secrets, passwords, words } = JSON.parse(Buffer.from(encoded, "base64").toString());
  for (const secret of [...secrets, ...words]) {
    const text = Buffer.from(secret).toString();
    const weak = new WeakMap();
    const key = { key: true };
    weak.set(key, text);
    held.push({
      value: text,
      list: [text, 1],
      map: new Map([["entry", text]]),
      keyOfMap: new Map([[text, { isKey: true }]]),
      set: new Set([text]),
      weak: [weak, key],
      template: `user wrote ${text} at noon`,
      rope: ["before ", text, " after"].reduce((all, part) => all + part),
      sliced: `${"-".repeat(20)} ${text} ${"-".repeat(20)}`.slice(10, -10),
      error: new Error(`refused: ${text}`),
      closure: () => text.length,
      symbol: Symbol(`about ${text}`),
      json: JSON.stringify({ note: text, nested: JSON.stringify({ note: text }) }),
      expression: new RegExp(text.replace(/[^\w ]/g, "\\$&")),
      long: `${"lorem ipsum ".repeat(60)}${text}`,
    });
    if (!words.includes(secret)) {
      held.push({ [text]: 1 }, { key: { [`key ${text}`]: { deep: true } } });
      held.push(
        new {
          [text]: class {
            own = 1;
          },
        }[text](),
        { [text]() {} },
      );
    }
  }
  // What only the name of its holder gives away.
  const [password, apiKey, inMap, inHeaders, inArguments, inRope, inSlice, inScope] = passwords.map((each) =>
    Buffer.from(each).toString(),
  );
  held.push({ user: "somebody", password }, { "api-key": apiKey }, new Map([["secret", inMap]]));
  held.push({ rawHeaders: ["Host", "example", "X-Auth-Token", inHeaders] }, ["--password", inArguments]);
  held.push({ accessToken: inRope.slice(0, 7) + inRope.slice(7) + String(held.length) + "-----------" });
  held.push({ clientSecret: `${inSlice}${"=".repeat(40)}`.slice(0, inSlice.length) });
  const sessionToken = inScope;
  held.push(() => sessionToken.length + 1);
})();

globalThis.gc?.();
v8.writeHeapSnapshot(path);
