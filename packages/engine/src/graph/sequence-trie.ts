/**
 * A set of sequences of integers; each prefix has a number, its state. Gives equal sequences equal numbers without
 * making a text of them.
 *
 * Transitions are in a hash table with open addressing, which takes half the time of a `Map`: there is one lookup for
 * each property of each plain object.
 */
import { resizeColumn } from "./column-memory.ts";

export class SequenceTrie {
  #parent: Uint32Array = new Uint32Array(1 << 10);
  #item: Uint32Array = new Uint32Array(1 << 10);
  #stateCount = 1;
  /** Slot -> state that the transition in this slot leads to; 0 for an empty slot. */
  #slots: Uint32Array = new Uint32Array(1 << 12);

  /** The state of the sequence of `state` (0: the empty one) with `item` behind it. A new state is the greatest. */
  next(state: number, item: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(state, item) & mask;
    for (let next = slots[slot]; next !== 0; next = slots[slot]) {
      if (this.#parent[next] === state && this.#item[next] === item) return next;
      slot = (slot + 1) & mask;
    }
    const added = this.#stateCount++;
    if (added === this.#parent.length) {
      this.#parent = resizeColumn(this.#parent, 2 * added);
      this.#item = resizeColumn(this.#item, 2 * added);
    }
    this.#parent[added] = state;
    this.#item[added] = item;
    slots[slot] = added;
    if (added * 2 > slots.length) this.#rehash(slots.length * 2);
    return added;
  }

  /** The last item of the sequence of `state`. */
  lastItem(state: number): number {
    return this.#item[state];
  }

  /** The state of the sequence without its last item. */
  before(state: number): number {
    return this.#parent[state];
  }

  /** The items that lead to a state. */
  sequence(state: number): number[] {
    const items: number[] = [];
    for (; state !== 0; state = this.#parent[state]) items.push(this.#item[state]);
    return items.reverse();
  }

  #rehash(length: number): void {
    const slots = new Uint32Array(length);
    for (let state = 1; state < this.#stateCount; state++) {
      let slot = hashOf(this.#parent[state], this.#item[state]) & (length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (length - 1);
      slots[slot] = state;
    }
    this.#slots = slots;
  }
}

function hashOf(state: number, item: number): number {
  const mixed = Math.imul(state, 0x9e3779b1) ^ Math.imul(item, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
