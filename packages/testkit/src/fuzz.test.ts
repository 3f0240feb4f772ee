import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { fuzz, fuzzCase } from "./fuzz.ts";

const seconds = Number(process.env["HEAPSCOPE_FUZZ_SECONDS"] ?? 0);
const from = Number(process.env["HEAPSCOPE_FUZZ_FROM"] ?? 0);

/** The smallest real file: small enough to be read thousands of times. */
function smallestFixture(): Uint8Array[] {
  const folder = new URL("../../../fixtures/snapshots/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".gz"));
  const contents = files.map((name) => gunzipSync(readFileSync(new URL(name, folder))));
  return contents.sort((a, b) => a.length - b.length).slice(0, 1);
}

it("repeats a case by its number", () => {
  expect(fuzzCase(5)).toEqual(fuzzCase(5));
  expect(fuzzCase(5)).not.toEqual(fuzzCase(6));
});

it.skipIf(seconds === 0)(
  `reads damaged files like JSON.parse or refuses them, for ${seconds} s from case ${from} on`,
  async () => {
    const report = await fuzz({
      from,
      seconds,
      files: smallestFixture(),
      onProgress: ({ next, equal, refused, slowest }) => {
        if (next % 20_000 !== 0) return;
        console.info(
          `${next}: ${equal} equal, ${refused} refused; slowest ${slowest.number} (${slowest.ms | 0} ms)`,
        );
      },
    });
    for (const { number, error } of report.failures.values()) console.error(`case ${number}:`, error);
    expect([...report.failures.keys()]).toEqual([]);
    expect(report.slowest.ms, `case ${report.slowest.number}`).toBeLessThan(10_000);
  },
  (seconds + 30) * 1000,
);
