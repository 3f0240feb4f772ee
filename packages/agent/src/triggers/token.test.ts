import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { estimateEntropy, parseToken } from "./token.ts";

describe("a token", () => {
  test.each([
    ["nothing", ""],
    ["a word", "changeme"],
    ["a word again and again", "changeme".repeat(20)],
    ["one character", "a".repeat(200)],
    ["digits in order, again and again", "0123456789".repeat(10)],
    ["the alphabet", "abcdefghijklmnopqrstuvwxyz0123456789"],
    ["all of hexadecimal, twice", "0123456789abcdef0123456789abcdef"],
    ["words", "correct-horse-battery-staple-in-production"],
    ["a sentence of words in capitals and digits", "CorrectHorseBatteryStapleProduction2026"],
    ["64 random bits", "9f86d081884c7d65"],
    ["a date", "2026-11-23T16:56:53.000Z"],
  ])("that is %s is too easy to guess", (_, token) => {
    expect(estimateEntropy(token)).toBeLessThan(128);
    expect(() => parseToken(token)).toThrow(/easy to guess.*openssl rand -hex 32/);
  });

  test("made by openssl rand -hex 32, -base64 32, or in other ways with 32 random bytes is taken", () => {
    for (let round = 0; round < 500; round++) {
      const bytes = randomBytes(32);
      for (const token of [
        bytes.toString("hex"),
        bytes.toString("hex").toUpperCase(),
        bytes.toString("base64"),
        bytes.toString("base64url"),
      ])
        expect(parseToken(token)).toBe(token);
      expect(parseToken(randomUUID() + randomUUID())).toBeTypeOf("string");
    }
  });

  test.each([
    ["a line break", "\r\nX: y"],
    ["a space", " "],
    ["a letter beyond ASCII", "ü"],
    ["NUL", "\0"],
  ])("with %s is refused", (_, inside) => {
    expect(() => parseToken(`${randomBytes(32).toString("hex")}${inside}`)).toThrow(
      /too easy to guess, about 0 of/,
    );
  });

  test("is not in the refusal", () => {
    expect(() => parseToken("hunter2")).not.toThrow(/hunter2/);
    expect(() => parseToken("hunter2")).toThrow();
  });

  test("that is not given is refused", () => {
    expect(() => parseToken(undefined)).toThrow(/easy to guess/);
  });
});
