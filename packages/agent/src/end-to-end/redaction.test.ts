// The proof: secrets of more than thirty kinds, planted in a real process in every place where programs have texts, occur nowhere in
// the redacted snapshot, and every number that the engine gives of it is that of the original.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { findLeaks, openSnapshot, type LeakReport } from "@heapscope/engine";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRuntime } from "../../../../scripts/runtimes.mjs";
import { engineNumbers } from "./engine-numbers.ts";
import { createRedactor } from "../redact/index.ts";

/** Text as a stand-in for what is drawn by lot, the same in each run; made here so that no file holds anything like a secret. */
function drawn(length: number, alphabet: string, seed: number): string {
  let state = seed * 2654435761 + 12345;
  let text = "";
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    text += alphabet[(state >>> 9) % alphabet.length]!;
  }
  return text;
}
const DIGITS = "0123456789";
const HEX = "0123456789abcdef";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Joined here only, so that this file itself holds nothing that looks like a secret. */
const whole = (...parts: string[]): string => parts.join("");

/** Kind -> the text as a program has it, and the part that must not be seen. */
const SECRETS: readonly (readonly [kind: string, text: string, part?: string])[] = [
  ["jwt", ["eyJ" + drawn(20, WORD, 1), "eyJ" + drawn(40, WORD, 2), drawn(43, WORD, 3)].join(".")],
  ["bearer", "Bearer " + drawn(24, WORD, 4), drawn(24, WORD, 4)],
  ["basic", "Basic " + drawn(22, WORD, 5) + "==", drawn(22, WORD, 5)],
  ["aws key id", whole("AK", "IA") + drawn(16, UPPER, 6)],
  ["aws secret", "aws_secret_access_key = " + drawn(40, WORD, 7), drawn(40, WORD, 7)],
  ["github", whole("gh", "p_") + drawn(36, WORD, 8)],
  ["github fine", whole("github", "_pat_") + drawn(60, WORD, 9)],
  ["gitlab", whole("gl", "pat-") + drawn(20, WORD, 10)],
  ["slack", whole("xo", "xb-") + drawn(12, DIGITS, 11) + "-" + drawn(24, WORD, 11)],
  [
    "slack hook",
    whole("https://hooks.", "slack.com/services/T0/B0/") + drawn(24, WORD, 12),
    drawn(24, WORD, 12),
  ],
  ["stripe", whole("sk_", "live_") + drawn(24, WORD, 13)],
  ["stripe hook", whole("wh", "sec_") + drawn(32, WORD, 14)],
  ["google key", whole("AI", "za") + drawn(35, WORD, 15)],
  ["google oauth", whole("ya", "29.") + drawn(60, WORD, 16)],
  ["npm", whole("np", "m_") + drawn(36, WORD, 17)],
  ["openai", whole("sk", "-proj-") + drawn(40, WORD, 18)],
  ["sendgrid", whole("S", "G.") + drawn(22, WORD, 19) + "." + drawn(43, WORD, 20)],
  ["twilio", whole("S", "K") + drawn(32, HEX, 21)],
  [
    "private key",
    [
      whole("-----BEGIN ", "RSA PRIVATE KEY-----"),
      drawn(64, WORD, 22),
      drawn(64, WORD, 23),
      whole("-----END ", "RSA PRIVATE KEY-----"),
    ].join("\n"),
    drawn(64, WORD, 22),
  ],
  [
    "private key that is cut",
    whole("-----BEGIN ", "PRIVATE KEY-----\n") + (drawn(64, WORD, 24) + "\n").repeat(30),
    drawn(64, WORD, 24),
  ],
  ["postgres", "postgres://shop:" + drawn(14, WORD, 25) + "@db.internal:5432/shop", drawn(14, WORD, 25)],
  ["mongodb", "mongodb+srv://shop:" + drawn(14, WORD, 26) + "@cluster0/shop", drawn(14, WORD, 26)],
  ["redis", "redis://:" + drawn(14, WORD, 27) + "@cache:6379", drawn(14, WORD, 27)],
  ["amqp", "amqps://guest:" + drawn(14, WORD, 28) + "@queue/vhost", drawn(14, WORD, 28)],
  ["basic auth in a url", "https://admin:" + drawn(12, WORD, 29) + "@example.org/x", drawn(12, WORD, 29)],
  ["query parameter", "https://example.org/cb?token=" + drawn(15, WORD, 30) + "&x=1", drawn(15, WORD, 30)],
  ["json", '{"user":"u","password":"' + drawn(12, WORD, 31) + '"}', drawn(12, WORD, 31)],
  ["form", "user=u&passwd=" + drawn(12, WORD, 32), drawn(12, WORD, 32)],
  ["cookie", "Cookie: theme=dark; sid=" + drawn(20, WORD, 33), drawn(20, WORD, 33)],
  ["session id", "JSESSIONID=" + drawn(20, WORD, 34), drawn(20, WORD, 34)],
  ["e-mail", drawn(9, WORD, 35) + whole("@", "mail.example.org")],
  ["card", whole("4", "111 1111 1111 1111")],
  ["card without spaces", whole("5", "555555555554444")],
  ["iban", whole("DE", "89 3704 0044 0532 0130 00")],
  ["phone", whole("+49", " 30 901820455")],
  ["hexadecimal key", drawn(64, HEX, 36)],
  ["base64 key", drawn(43, WORD, 37) + "="],
];
/** Told by the name of what holds them only. */
const PASSWORDS = Array.from({ length: 8 }, (_, i) => `hidden horse ${drawn(6, WORD, 50 + i)} staple`);
/** Nobody's business, but like nothing. */
const WORDS = ["the quick brown patient", "Zoë Ångström 北京", 'a"b\\c\nd quoted value'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heapscope-redaction-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function capture(version: string, name: string): Promise<Buffer> {
  const runtime = await findRuntime(`node-${version}`);
  const path = join(folder, `${name}.heapsnapshot`);
  const planted = { secrets: SECRETS.map(([, text]) => text), passwords: PASSWORDS, words: WORDS };
  const encoded = Buffer.from(JSON.stringify(planted)).toString("base64");
  execFileSync(runtime, ["--expose-gc", join(import.meta.dirname, "plant-secrets.cjs"), encoded, path], {
    stdio: "inherit",
  });
  return readFileSync(path);
}

function redact(bytes: Buffer, mode: "strings" | "secrets"): Buffer {
  const pieces: Uint8Array[] = [];
  const redactor = createRedactor({ mode }, (piece) => pieces.push(piece));
  for (let at = 0; at < bytes.length; at += 65_536) redactor.write(bytes.subarray(at, at + 65_536));
  redactor.end();
  return Buffer.concat(pieces);
}

/** As it may stand in a file: as it is, as V8 escapes it, as JSON in JSON. */
function forms(text: string): string[] {
  const escape = (each: string): string =>
    JSON.stringify(each)
      .slice(1, -1)
      .replace(
        /[^\x20-\x7e]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
      );
  return [text, escape(text), escape(escape(text))];
}

function findIn(bytes: Buffer, texts: readonly string[]): string[] {
  return texts.filter((text) => forms(text).some((form) => bytes.includes(form)));
}

describe.each(["18", "20", "22", "24", "26"])("in a snapshot of Node %s", (version) => {
  let original: Buffer;
  beforeAll(async () => {
    original = await capture(version, version);
  });
  const parts = SECRETS.map(([, text, part]) => part ?? text);
  const isSeen = (texts: readonly string[]): boolean => findIn(original, texts).length === texts.length;

  test("what is planted is there", () => {
    expect(isSeen(parts) && isSeen(WORDS)).toBe(true);
    expect(findIn(original, PASSWORDS).length).toBeGreaterThan(PASSWORDS.length - 2);
  });

  test.each(["secrets", "strings"] as const)("no planted secret occurs in any byte, mode %s", (mode) => {
    const redacted = redact(original, mode);
    expect(findIn(redacted, parts)).toEqual([]);
    expect(findIn(redacted, PASSWORDS)).toEqual([]);
    if (mode === "strings") expect(findIn(redacted, WORDS)).toEqual([]);
    const compressed = gzipSync(redacted);
    expect(findIn(compressed, parts)).toEqual([]);
    expect(gunzipSync(compressed).equals(redacted)).toBe(true);
  });

  test.each(["secrets", "strings"] as const)(
    "every number is that of the original, mode %s",
    async (mode) => {
      const redacted = redact(original, mode);
      expect(engineNumbers(await openSnapshot(redacted))).toEqual(
        engineNumbers(await openSnapshot(original)),
      );
    },
  );
});

describe("three redacted snapshots of a program that leaks", () => {
  let originals: Buffer[];
  beforeAll(async () => {
    const paths = [1, 2, 3].map((round) => join(folder, `leak-${round}.heapsnapshot`));
    const program = join(import.meta.dirname, "leak-sessions.cjs");
    execFileSync(await findRuntime("node-24"), ["--expose-gc", program, ...paths], { stdio: "inherit" });
    originals = paths.map((path) => readFileSync(path));
  });

  const findIn = async (files: readonly Buffer[]): Promise<LeakReport> =>
    findLeaks(await Promise.all(files.map((file) => openSnapshot(file))));

  /** What a person reads: the verdict, and of each suspect what grows, where, how much, how surely. */
  const summary = ({ verdict, suspects }: LeakReport): unknown => [
    verdict,
    suspects.map((suspect) =>
      JSON.parse(
        JSON.stringify({ ...suspect, path: undefined, evidence: undefined }, (_, value: unknown) =>
          typeof value === "object" && value !== null && "snapshot" in value ? undefined : value,
        ),
      ),
    ),
  ];

  test.each(["secrets", "strings"] as const)(
    "have the same leak, at the same place, as surely, mode %s",
    async (mode) => {
      const expected = await findIn(originals);
      const report = await findIn(originals.map((file) => redact(file, mode)));
      expect(expected.verdict).toBe("leak");
      expect(expected.suspects.length).toBeGreaterThan(0);
      expect(summary(report)).toEqual(summary(expected));
    },
  );
});
