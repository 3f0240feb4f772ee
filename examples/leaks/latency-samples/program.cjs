// Percentiles of latencies, from all samples there ever were. The samples are numbers: only the array's store grows.
"use strict";

class Latencies {
  #samples = [];

  add(ms) {
    this.#samples.push(ms);
  }

  percentile(part) {
    const window = this.#samples.slice(-500).sort((a, b) => a - b);
    return window[Math.floor(window.length * part)];
  }
}

const byRoute = new Map(["/", "/search", "/checkout"].map((route) => [route, new Latencies()]));

exports.round = (number) => {
  for (const [route, latencies] of byRoute) {
    for (let request = 0; request < 1000; request++) latencies.add(route.length + number + request / 7);
  }
  return byRoute.get("/").percentile(0.99);
};
