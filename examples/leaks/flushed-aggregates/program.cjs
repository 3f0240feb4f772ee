// Statistics that are collected and written every third round: now there are many entries, now none.
"use strict";

class Measurement {
  constructor(device, value) {
    this.device = device;
    this.value = value;
    this.unit = device % 2 ? "kW" : "bar";
  }
}

let collected = [];
const written = { batches: 0, entries: 0 };

function flush() {
  written.batches++;
  written.entries += collected.length;
  collected = [];
}

exports.round = (number) => {
  for (let device = 0; device < 300; device++) collected.push(new Measurement(device, device * number + 0.5));
  if (number % 3 === 0) flush();
};
