// Measures how long steps take, with performance.mark and measure. Marks stay in Node's timeline until they are cleared.

import { performance } from "node:perf_hooks";

const slowest = new Map();

async function measured(name, work) {
  performance.mark(`${name} begins`, { detail: { name } });
  const result = await work();
  performance.mark(`${name} ends`);
  const { duration } = performance.measure(name, `${name} begins`, `${name} ends`);
  const kind = name.split(" ")[0];
  slowest.set(kind, Math.max(slowest.get(kind) ?? 0, duration));
  return result;
}

export async function round(number) {
  for (let step = 0; step < 60; step++) {
    await measured(`${step % 2 ? "load" : "store"} ${number}.${step}`, async () => step * number);
  }
}
