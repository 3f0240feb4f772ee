// Keeps the values that were used last, up to a number. A Map remembers the order of insertion, so the first key is the
// one that was used least recently.

export class BoundedCache {
  #values = new Map();
  #limit;

  constructor(limit) {
    this.#limit = limit;
  }

  get(key) {
    const value = this.#values.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key, value) {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#limit) this.#values.delete(this.#values.keys().next().value);
  }
}
