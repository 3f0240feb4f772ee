// Rendered invoices in node-cache. Without a time to live nothing in it ever expires.
"use strict";

const NodeCache = require("node-cache");

class Invoice {
  constructor(number, lines) {
    this.number = number;
    this.lines = lines;
    this.total = lines.reduce((sum, line) => sum + line.cents, 0);
  }
}

const invoices = new NodeCache({ useClones: false });
const counters = { hits: 0, misses: 0 };

function invoice(number) {
  const known = invoices.get(number);
  if (known !== undefined) {
    counters.hits++;
    return known;
  }
  counters.misses++;
  const made = new Invoice(
    number,
    Array.from({ length: 3 }, (_, line) => ({ article: line, cents: line * 199 })),
  );
  invoices.set(number, made);
  return made;
}

exports.round = (number) => {
  for (let request = 0; request < 200; request++) invoice(`R-${number}-${request - (request % 2)}`);
};
