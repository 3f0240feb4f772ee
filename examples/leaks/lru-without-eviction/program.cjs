// An LRU cache as a doubly linked list with an index. Eviction takes the oldest out of the index and not out of the list.
"use strict";

class Entry {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.newer = null;
    this.older = null;
  }
}

class Lru {
  constructor(limit) {
    this.limit = limit;
    this.index = new Map();
    this.head = null;
    this.tail = null;
  }

  get(key, make) {
    const found = this.index.get(key);
    if (found !== undefined) return found.value;
    const entry = new Entry(key, make(key));
    entry.older = this.head;
    if (this.head !== null) this.head.newer = entry;
    this.head = entry;
    this.tail ??= entry;
    this.index.set(key, entry);
    if (this.index.size > this.limit) this.index.delete(this.index.keys().next().value); // and this.tail?
    return entry.value;
  }
}

class Translation {
  constructor(phrase) {
    this.phrase = phrase;
    this.words = phrase.split(" ");
  }
}

const translations = new Lru(250);

exports.round = (number) => {
  for (let phrase = 0; phrase < 300; phrase++) {
    const key = phrase % 3 === 0 ? `phrase ${phrase % 60} of all` : `phrase ${phrase} of round ${number}`;
    translations.get(key, (text) => new Translation(text));
  }
};
