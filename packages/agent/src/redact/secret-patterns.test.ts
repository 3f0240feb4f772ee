import { describe, expect, it, test } from "vitest";
import { compilePatterns, replaceSecrets, SECRET_NAME } from "./secret-patterns.ts";

const patterns = compilePatterns();

/** The text with `#` for what is taken for a secret. */
function mask(text: string, isLabel = false): string {
  return replaceSecrets(text, isLabel, patterns, (secret) => "#".repeat(secret.length));
}

describe("what says the name of a secret, its value goes and the rest stays", () => {
  test.each([
    ["https://x/?token=abc123&b=2", "https://x/?token=######&b=2"],
    ['{"password":"my long phrase","a":1}', '{"password":"##############","a":1}'],
    [String.raw`{\"apiKey\":\"abc\",\"a\":1}`, String.raw`{\"apiKey\":\"###\",\"a\":1}`],
    ["DB_PASSWORD=hunter2 next", "DB_PASSWORD=####### next"],
    ["postgres://u:p4ss@h/db", "postgres://u:####@h/db"],
    ["const secret = 'abc def';", "const secret = '#######';"],
    ["node app.js --db-password hunter2 --port 80", "node app.js --db-password ####### --port 80"],
    ["Set-Cookie: id=1; Path=/", "Set-Cookie: ############"],
  ])("%s", (text, masked) => {
    expect(mask(text)).toBe(masked);
  });
});

describe("what is no secret stays", () => {
  test.each([
    "the author: somebody",
    "00000000-1111-4222-8333-444444444444",
    "/srv/app/node_modules/some-library/dist/esm/internal/index.js",
    "thisIsAVeryLongFunctionNameWithoutDigitsInIt",
    "react@18.2.0",
    "1700000000000",
    "4111 1111 1111 1112",
    "webpack/runtime/chunk a1b2c3d4e5f6a7b8c9d0",
    "a@b",
    "tokenizer",
  ])("%s", (text) => {
    expect(mask(text)).toBe(text);
  });
});

it("takes long names of files for no secret where they are names", () => {
  const path = `/srv/app/aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5.js`;
  expect(mask(path, true)).toBe(path);
  expect(mask(path)).not.toBe(path);
});

it("stays fast with long runs of anything", () => {
  for (const unit of [
    "a",
    "1",
    "a.",
    "-----BEGIN ",
    "eyJ",
    "@",
    "token=",
    ":/",
    "\\",
    "+1",
    "cookie",
    "'",
    "AB12 ",
  ]) {
    const text = unit.repeat(200_000 / unit.length);
    expect(mask(text)).toHaveLength(text.length);
  }
}, 30_000);

it("knows which names say that a value is secret", () => {
  for (const name of [
    "password",
    "dbPassword",
    "api_key",
    "x-api-key",
    "Authorization",
    "set-cookie",
    "sessionId",
    "PGPASSWORD",
    "client_secret",
    "accessToken",
    "pin",
  ])
    expect(SECRET_NAME.test(name), name).toBe(true);
  for (const name of ["name", "author", "key", "path", "spinner", "primaryKey", "signal", "pages"])
    expect(SECRET_NAME.test(name), name).toBe(false);
});

it("takes what V8 may have cut at the end of a text for a secret", () => {
  const text = `${"word ".repeat(203)}ghp_a1B2c`;
  expect(text).toHaveLength(1024);
  expect(mask(text)).toBe(`${"word ".repeat(203)}#########`);
  expect(mask(`${text}!`)).toBe(`${text}!`);
});
