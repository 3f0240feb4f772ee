import { expect, test } from "vitest";
import { formatCommand } from "./command-words.ts";

test.each([
  [
    "node server.js --port 80",
    ["/usr/local/bin/node", "--inspect", "-r", "./t.js", "server.js", "--port", "80"],
  ],
  ["node 'my app.js' 'it'\\''s'", ["node", "my app.js", "it's"]],
  ["node -e 'run()'", ["node", "--expose-gc", "-e", "run()"]],
  ["node --watch server.js", ["node", "--watch", "server.js"]],
  ["node --run=start", ["node", "--run", "start"]],
  ["node", ["/usr/bin/node"]],
])("%s", (command, args) => {
  expect(formatCommand("node", args, "/usr/local/bin/node")).toBe(command);
});

test("a title that the program gave itself is taken as it is", () => {
  expect(formatCommand("node", ["npm run dev"], "/usr/bin/node")).toBe("npm run dev");
  expect(formatCommand("node", ["nginx: worker /a"], "/usr/bin/node")).toBe("nginx: worker /a");
});

test("a program that is no runtime keeps all its arguments", () => {
  expect(formatCommand("other", ["./shop", "--port", "80"], "/srv/shop")).toBe("shop --port 80");
});

test("other runtimes keep their verb, a browser has only its name", () => {
  expect(formatCommand("deno", ["deno", "run", "-A", "main.ts"], "/bin/deno")).toBe("deno run main.ts");
  expect(formatCommand("bun", ["bun", "--inspect", "run", "dev"], "/bin/bun")).toBe("bun run dev");
  expect(
    formatCommand("chromium", ["/opt/chrome/chrome", "--headless", "about:blank"], "/opt/chrome/chrome"),
  ).toBe("chrome");
});
