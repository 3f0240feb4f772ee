// A webhook receiver that remembers the raw text of what it received, so that deliveries can be repeated.
"use strict";

const received = [];
const repeated = new Set();

function receive(text) {
  const { id, kind } = JSON.parse(text);
  received.push(text);
  return `${kind}:${id}`;
}

function repeat(index) {
  repeated.add(index % 10);
  return JSON.parse(received[index]).id;
}

exports.round = (number) => {
  for (let delivery = 0; delivery < 60; delivery++) {
    const items = Array.from({ length: 12 }, (_, item) => ({
      item,
      price: item * delivery,
      name: `item ${item}`,
    }));
    receive(JSON.stringify({ id: `${number}.${delivery}`, kind: delivery % 2 ? "order" : "refund", items }));
    if (delivery % 20 === 0) repeat(received.length - 1);
  }
};
