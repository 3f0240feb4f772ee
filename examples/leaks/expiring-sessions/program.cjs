// Shopping carts that expire half a second after their last use and are looked through for that all the time.
"use strict";

class Cart {
  constructor(customer) {
    this.customer = customer;
    this.lines = [];
    this.touchedAt = 0;
  }

  add(article, amount) {
    this.lines.push({ article, amount });
    this.touchedAt = performance.now();
  }
}

const LIFE_MS = 250;
const carts = new Map();

setInterval(() => {
  const oldest = performance.now() - LIFE_MS;
  for (const [customer, cart] of carts) if (cart.touchedAt < oldest) carts.delete(customer);
}, 50).unref();

exports.round = (number) => {
  for (let customer = 0; customer < 300; customer++) {
    const cart = new Cart(`${number}/${customer}`);
    carts.set(cart.customer, cart);
    for (let article = 0; article < 4; article++) cart.add(article * customer, 1);
  }
};
