// A rules engine that compiles the rules of a customer when they are first used; there are only so many rules.
"use strict";

const compiled = new Map();

function compile(rule) {
  let check = compiled.get(rule);
  if (check === undefined) {
    check = new Function(
      "order",
      `"use strict"; let score = ${rule}; for (const line of order.lines) {
      if (line.price > ${rule * 3}) score += line.amount * ${rule + 1};
      else score -= line.amount / (${rule} + 1);
    } return score;`,
    );
    compiled.set(rule, check);
  }
  return check;
}

function makeOrder(seed) {
  return {
    number: seed,
    lines: Array.from({ length: 5 }, (_, line) => ({
      price: (seed * 17 + line * 31) % 400,
      amount: 1 + (line % 3),
    })),
  };
}

exports.round = (number) => {
  // Each round brings fewer rules that have not been used yet.
  const reach = Math.round(300 * (1 - 0.6 ** number));
  let best = -Infinity;
  for (let order = 0; order < 400; order++) {
    const rule = (order * 13) % reach;
    best = Math.max(best, compile(rule)(makeOrder(order + number)));
  }
  return best;
};
