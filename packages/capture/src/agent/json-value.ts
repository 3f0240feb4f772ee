// Reading JSON that another process wrote: a field is what it should be, or all of it is worthless. Each function returns
// the value with its type or throws `MismatchError`; `ifMatching` turns that into `undefined`. Only what is asked for gets
// through, so nothing unknown is passed on.

/** A value is not what it should be. */
export class MismatchError extends Error {}

/** What `read` makes of the value, or `undefined` if something in it is not as it should be. */
export function ifMatching<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MismatchError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function object(value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new MismatchError();
}

export function list<Item>(value: unknown, read: (item: unknown) => Item): Item[] {
  if (Array.isArray(value)) return value.map((item) => read(item));
  throw new MismatchError();
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new MismatchError();
}

export function oneOf<Word extends string>(...words: readonly Word[]): (value: unknown) => Word {
  return (value) => {
    const found = words.find((word) => word === value);
    if (found !== undefined) return found;
    throw new MismatchError();
  };
}

export function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new MismatchError();
}

/** Bytes, milliseconds: not negative, not infinite. */
export function amount(value: unknown): number {
  if (typeof value === "number" && value >= 0 && value < Infinity) return Math.abs(value);
  throw new MismatchError();
}

export function whole(value: unknown): number {
  const number = amount(value);
  if (Number.isSafeInteger(number)) return number;
  throw new MismatchError();
}

/** ISO 8601, UTC. */
export function instant(value: unknown): string {
  const time = text(value);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(time) && !Number.isNaN(Date.parse(time)))
    return time;
  throw new MismatchError();
}

export function sha256(value: unknown): string {
  const digits = text(value);
  if (/^[\da-f]{64}$/.test(digits)) return digits;
  throw new MismatchError();
}

/** An object whose fields are all alike. Names like `__proto__` are names like any other. */
export function fields<Value>(value: unknown, read: (field: unknown) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, field]) => [name, read(field)]));
}

/** A field in an object of its own, or an empty object where there is none. */
export function optional<Key extends string, Value>(
  key: Key,
  value: unknown,
  read: (value: unknown) => Value,
): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: read(value) }) as { [K in Key]?: Value };
}
