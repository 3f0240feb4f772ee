// One value of the configuration at a time: what people write, in code, in a file or in the environment, to what the agent
// works with. Text is understood everywhere, since the environment has nothing else. What is wrong becomes a sentence.

/** Turns a value into its meaning, or throws an `Error` whose message goes on after the option's name. */
export type Parse<Value> = (value: unknown) => Value;

function quantity(units: Readonly<Record<string, number>>, example: string): Parse<number> {
  return (value) => {
    const [, digits, unit = ""] = /^([\d.]+) ?([a-z]*)$/.exec(String(value).trim().toLowerCase()) ?? [];
    const result = Number(digits) * (units[unit] ?? NaN);
    if (result >= 0) return result;
    throw new Error(`must be like ${example}`);
  };
}

/** Bytes. */
export const size: Parse<number> = quantity(
  { "": 1, kb: 1e3, mb: 1e6, gb: 1e9, mib: 2 ** 20, gib: 2 ** 30 },
  '"512 MB"',
);
/** Milliseconds. */
export const duration: Parse<number> = quantity(
  { "": 1, ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 },
  '"10m"',
);

/** A number between two, both included. */
export function number(least: number, most: number): Parse<number> {
  return (value) => {
    const result = Number(value);
    if (value !== "" && result >= least && result <= most) return result;
    throw new Error(`must be a number from ${least} to ${most}`);
  };
}

export function oneOf<const Words extends readonly (string | boolean)[]>(
  ...words: Words
): Parse<Words[number]> {
  return (value) => {
    const word = words.find((candidate) => candidate === value || String(candidate) === value);
    if (word !== undefined) return word;
    throw new Error(`must be ${words.length > 9 ? "one that there is" : words.join(" or ")}`);
  };
}

export const flag: Parse<boolean> = (value) =>
  /^(true|on|1)$/.test(String(oneOf(true, false, "on", "off", "1", "0")(value)));

export const text: Parse<string> = (value) => {
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && value !== "") return value;
  throw new Error("must be text");
};
