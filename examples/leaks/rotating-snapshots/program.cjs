// A price board in immutable style: each change makes a new state; the last three are kept for undo.
"use strict";

let history = [
  Object.freeze({
    version: 0,
    prices: Object.freeze(Array.from({ length: 200 }, (_, id) => ({ id, cents: 100 + id }))),
  }),
];

function change(id, cents) {
  const [current] = history;
  const prices = current.prices.map((price) => (price.id === id ? Object.freeze({ id, cents }) : price));
  const next = Object.freeze({ version: current.version + 1, prices: Object.freeze(prices) });
  history = [next, ...history.slice(0, 2)];
  return next;
}

exports.round = (number) => {
  for (let update = 0; update < 250; update++) change((update * 7) % 200, number * update);
};
