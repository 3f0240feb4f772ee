// Metrics: counters by route and status, and histograms of durations with fixed buckets.
"use strict";

class Histogram {
  constructor(bounds) {
    this.bounds = bounds;
    this.counts = new Uint32Array(bounds.length + 1);
    this.sum = 0;
  }

  observe(value) {
    let bucket = this.bounds.findIndex((bound) => value <= bound);
    if (bucket < 0) bucket = this.bounds.length;
    this.counts[bucket]++;
    this.sum += value;
  }
}

class Registry {
  metrics = new Map();

  histogram(name, labels) {
    const key = `${name}{${Object.entries(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join(",")}}`;
    let metric = this.metrics.get(key);
    if (metric === undefined) this.metrics.set(key, (metric = new Histogram([1, 5, 10, 50, 100, 500])));
    return metric;
  }

  expose() {
    const lines = [];
    for (const [key, { counts, sum }] of this.metrics)
      lines.push(`${key}_sum ${sum}`, `${key}_count ${counts.reduce((a, b) => a + b)}`);
    return lines.join("\n");
  }
}

const registry = new Registry();
const routes = ["/", "/cart", "/checkout", "/search", "/article/:id", "/login"];

exports.round = (number) => {
  for (let request = 0; request < 900; request++) {
    const status = request % 97 === 0 ? 500 : request % 11 === 0 ? 404 : 200;
    registry
      .histogram("duration_ms", { route: routes[request % routes.length], status })
      .observe((request * number) % 700);
  }
  return registry.expose().length;
};
