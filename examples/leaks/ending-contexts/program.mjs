// Requests with a context in AsyncLocalStorage that ends with the request, timers and promises included.

import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";

class Trace {
  spans = [];

  constructor(id) {
    this.id = id;
  }

  span(name) {
    const span = { name, begin: performance.now(), end: 0 };
    this.spans.push(span);
    return () => (span.end = performance.now());
  }
}

const traces = new AsyncLocalStorage();
const slowest = []; // the five slowest, as numbers

async function load(table) {
  const done = traces.getStore().span(`load ${table}`);
  await sleep(1);
  done();
}

async function handle() {
  const done = traces.getStore().span("handle");
  await Promise.all(["users", "orders", "prices"].map(load));
  await new Promise((resolve) => setImmediate(resolve));
  done();
  const { spans } = traces.getStore();
  slowest.push(spans[0].end - spans[0].begin);
  slowest.sort((a, b) => b - a).splice(5);
}

export async function round(number) {
  const all = [];
  for (let request = 0; request < 150; request++) {
    all.push(traces.run(new Trace(`${number}:${request}`), handle));
  }
  await Promise.all(all);
}
