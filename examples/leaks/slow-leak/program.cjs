// A busy translator of units. Now and then, a unit that it does not know is remembered as such, under the user's spelling.
"use strict";

const factors = new Map([
  ["m", 1],
  ["km", 1000],
  ["cm", 0.01],
  ["in", 0.0254],
  ["ft", 0.3048],
]);
const unknown = new Map();

class UnknownUnit {
  constructor(spelling, example) {
    this.spelling = spelling;
    this.example = example;
    this.similar = [...factors.keys()].filter((unit) => unit[0] === spelling[0]);
  }
}

function convert(value, unit) {
  const factor = factors.get(unit);
  if (factor !== undefined) return value * factor;
  if (!unknown.has(unit)) unknown.set(unit, new UnknownUnit(unit, value));
  return NaN;
}

exports.round = (number) => {
  const units = [...factors.keys()];
  const results = new Map();
  for (let request = 0; request < 900; request++) {
    const unit = request % 90 === 0 ? `fathom${number}x${request}` : units[request % units.length];
    results.set(request, { unit, metres: convert(request, unit) });
  }
  return results.size;
};
