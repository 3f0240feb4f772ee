// The options of `expectNoLeak`, checked: a misspelt name or a string for a number would make a test that never fails.

import type { ExpectNoLeakOptions } from "./testing.ts";

/** All options, those that have a usual value with one. */
export interface ReadOptions extends Pick<ExpectNoLeakOptions, "baseline" | "signal" | "keepSnapshots"> {
  readonly rounds: number;
  readonly perRound: number;
  readonly warmup: number;
  readonly settleMs: number;
  readonly ignore: readonly string[];
  readonly keep: readonly string[];
  readonly tolerance: number;
  readonly timeoutMs: number;
}

const USUAL_ROUNDS = 3;
const USUAL_CALLS = 20;

type Check = (name: string, value: unknown) => void;

const checks: Readonly<Record<keyof ExpectNoLeakOptions, Check>> = {
  rounds: wholeNumber(2, 100),
  perRound: wholeNumber(1, 1e9),
  warmup: wholeNumber(0, 1e9),
  settleMs: wholeNumber(0, 2 ** 31 - 1),
  tolerance: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  timeoutMs: (name, value) => value === Infinity || wholeNumber(1, 2 ** 31 - 1)(name, value),
  ignore: texts,
  keep: texts,
  baseline: text,
  keepSnapshots: text,
  signal: (name, value) => {
    // Not `instanceof`: test runners have realms with classes of their own.
    if (typeof (value as AbortSignal | null)?.throwIfAborted !== "function")
      throw wrong(name, "an AbortSignal");
  },
};

/** Throws `TypeError` or `RangeError` of one sentence. */
export function readOptions(options: ExpectNoLeakOptions): ReadOptions {
  if (typeof options !== "object" || options === null)
    throw new TypeError(
      "expectNoLeak: the options must be an object, for example { rounds: 3, perRound: 20 }.",
    );
  for (const [name, value] of Object.entries(options)) {
    const check = (checks as Record<string, Check | undefined>)[name];
    if (check === undefined || !Object.hasOwn(checks, name))
      throw new TypeError(
        `expectNoLeak: there is no option ${name}; there are ${Object.keys(checks).join(", ")}.`,
      );
    if (value !== undefined) check(name, value);
  }
  const perRound = options.perRound ?? USUAL_CALLS;
  return {
    rounds: options.rounds ?? USUAL_ROUNDS,
    perRound,
    warmup: options.warmup ?? perRound,
    settleMs: options.settleMs ?? 0,
    ignore: options.ignore ?? [],
    keep: options.keep ?? [],
    tolerance: options.tolerance ?? 0,
    timeoutMs: options.timeoutMs ?? Infinity,
    baseline: options.baseline,
    signal: options.signal,
    keepSnapshots: options.keepSnapshots,
  };
}

function wholeNumber(least: number, most: number): Check {
  return (name, value) => {
    if (typeof value !== "number") throw wrong(name, "a number");
    if (Number.isInteger(value) && value >= least && value <= most) return;
    const remedy = name === "rounds" && value === 1 ? ": one round cannot tell whether growth goes on" : "";
    throw new RangeError(`expectNoLeak: ${name} must be a whole number of at least ${least}${remedy}.`);
  };
}

function text(name: string, value: unknown): void {
  if (typeof value !== "string" || value === "") throw wrong(name, "a path");
}

function texts(name: string, value: unknown): void {
  if (!Array.isArray(value) || value.some((each) => typeof each !== "string"))
    throw wrong(name, "a list of strings");
}

function wrong(name: string, what: string): TypeError {
  return new TypeError(`expectNoLeak: ${name} must be ${what}.`);
}
