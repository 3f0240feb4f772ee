import { expect, it } from "vitest";
import { readOptions } from "./read-options.ts";
import type { ExpectNoLeakOptions } from "./testing.ts";

it("gives what is not said its usual value", () => {
  expect(readOptions({})).toMatchObject({ rounds: 3, perRound: 20, warmup: 20, settleMs: 0, tolerance: 0 });
  expect(readOptions({ perRound: 50, rounds: undefined })).toMatchObject({
    rounds: 3,
    perRound: 50,
    warmup: 50,
  });
  expect(readOptions({ warmup: 0 })).toMatchObject({ perRound: 20, warmup: 0 });
});

it.each([
  [{ rounds: 0 }, "rounds must be a whole number of at least 2."],
  [
    { rounds: 1 },
    "rounds must be a whole number of at least 2: one round cannot tell whether growth goes on.",
  ],
  [{ perRound: 0 }, "perRound must be a whole number of at least 1."],
  [{ warmup: 2.5 }, "warmup must be a whole number of at least 0."],
  [{ tolerance: "1kB" }, "tolerance must be a number."],
  [{ ignore: "Session" }, "ignore must be a list of strings."],
  [{ baseline: "" }, "baseline must be a path."],
  [{ signal: {} }, "signal must be an AbortSignal."],
  [{ toString: 1 }, "there is no option toString; there are rounds,"],
  [null, "the options must be an object"],
])("refuses %j", (options, message) => {
  expect(() => readOptions(options as unknown as ExpectNoLeakOptions)).toThrow(`expectNoLeak: ${message}`);
});

it("takes a signal of another realm, and no limit of time", () => {
  const signal = { aborted: false, throwIfAborted() {}, addEventListener() {} } as unknown as AbortSignal;
  expect(readOptions({ signal, timeoutMs: Infinity })).toMatchObject({ signal, timeoutMs: Infinity });
});
