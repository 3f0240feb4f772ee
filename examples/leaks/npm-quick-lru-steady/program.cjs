// Postal addresses in quick-lru, which holds between one and two times its limit, in two generations.
"use strict";

const QuickLRU = require("quick-lru");

class Address {
  constructor(id) {
    this.id = id;
    this.street = `Street ${id % 77}`;
    this.city = `City ${id % 19}`;
  }
}

const addresses = new QuickLRU({ maxSize: 350 });
let next = 0;

exports.round = () => {
  for (let request = 0; request < 420; request++) {
    const id = request % 3 === 0 ? request % 90 : next++;
    if (!addresses.has(id)) addresses.set(id, new Address(id));
    else addresses.get(id);
  }
};
