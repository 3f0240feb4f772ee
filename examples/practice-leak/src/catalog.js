// The articles with their prices. Some prices change all the time; whoever depends on them listens for "change".

import { EventEmitter } from "node:events";

class Price {
  constructor(cents) {
    this.cents = cents;
    this.validFrom = new Date();
  }

  changed() {
    return new Price(Math.max(1, this.cents + Math.floor(Math.random() * 21) - 10));
  }
}

export class Catalog extends EventEmitter {
  #prices = [];

  constructor({ articles, repriceEveryMs }) {
    super();
    this.setMaxListeners(0); // every request in flight listens
    for (let article = 0; article < articles; article++) this.#prices.push(new Price(100 + article));
    setInterval(() => this.#reprice(), repriceEveryMs).unref();
  }

  price(article) {
    return this.#prices[article % this.#prices.length];
  }

  #reprice() {
    const changed = Array.from({ length: 20 }, () => Math.floor(Math.random() * this.#prices.length));
    for (const article of changed) this.#prices[article] = this.#prices[article].changed();
    this.emit("change", changed);
  }
}
