// A rate limiter by address of the client. Old windows are replaced when the client comes back, which few ever do.
"use strict";

const limits = { windowMs: 60_000, requests: 100 };
const windows = {};
const blocked = new Set(["203.0.113.7", "198.51.100.23"]);

function allow(address) {
  if (blocked.has(address)) return false;
  let entry = windows[address];
  if (entry === undefined || Date.now() - entry.startedAt > limits.windowMs) {
    entry = windows[address] = { startedAt: Date.now(), hits: 0, paths: [] };
  }
  entry.hits++;
  if (entry.paths.length < 4) entry.paths.push("/");
  return entry.hits <= limits.requests;
}

exports.round = (number) => {
  for (let client = 0; client < 600; client++) {
    const address = `10.${number % 256}.${client >> 8}.${client & 255}`;
    allow(address);
    allow(address);
  }
};
