/** Reads values out of parsed JSON that may be anything; what is not as it must be is a `ProfileFormatError`. */
import { ProfileFormatError } from "../errors.ts";

export type JsonObject = { readonly [key: string]: unknown };

const DAMAGED = "The file is damaged or of another kind; record it again.";

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function damaged(fact: string): ProfileFormatError {
  return new ProfileFormatError(fact, DAMAGED);
}

/** The objects of a list; none when it is missing. */
export function objectsOf(value: unknown, what: string): readonly JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw damaged(`The ${what} of the profile are no list`);
  const wrong = value.findIndex((each) => !isObject(each));
  if (wrong !== -1) throw damaged(`Number ${wrong} in a list of ${what} is no object`);
  return value as JsonObject[];
}

/** The numbers of a list; `undefined` when it is missing. */
export function numbersOf(value: unknown, what: string): readonly number[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw damaged(`The ${what} of the profile are no list`);
  const wrong = value.findIndex((each) => !Number.isFinite(each));
  if (wrong !== -1) throw damaged(`Number ${wrong} in the list of ${what} is no number`);
  return value as number[];
}

/** A number that counts something; 0 when it is missing. */
export function amountOf(value: unknown, what: string): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
    throw damaged(`A ${what} is not a number from 0 on`);
  return value;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A line or column; -1 when it is missing. */
export function placeOf(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : -1;
}
