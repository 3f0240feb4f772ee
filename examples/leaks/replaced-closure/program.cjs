// A status object that is replaced by a newer one now and then; the new one compares itself with the old.
"use strict";

const watchers = new Set(["dashboard", "pager"]);
let current = null;

function readSensors(seed) {
  return Array.from({ length: 200 }, (_, index) => Math.sin(seed + index) * 1.5);
}

function replaceStatus(seed) {
  const original = current;
  const differs = () => {
    if (original) return original.readings.length !== 0; // never called
    return true;
  };
  const readings = readSensors(seed);
  void differs;
  current = {
    readings,
    describe: () => `${watchers.size} watchers`, // shares its scope with `differs`, and so holds `original`
  };
}

exports.round = (number) => {
  for (let step = 0; step < 100; step++) replaceStatus(number * 100 + step);
  return current.describe();
};
