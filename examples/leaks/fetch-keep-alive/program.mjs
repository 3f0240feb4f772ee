// A gateway that asks another service with fetch, which keeps connections alive and pools them by itself.

import { once } from "node:events";
import http from "node:http";

const backend = http.createServer((request, response) => {
  const items = Array.from({ length: 10 }, (_, id) => ({ id, path: request.url }));
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(items));
});
await once(backend.listen(0, "127.0.0.1"), "listening");
backend.unref();

const origin = `http://127.0.0.1:${backend.address().port}`;
const statistics = { requests: 0, items: 0 };

async function ask(path) {
  const response = await fetch(`${origin}${path}`, { signal: AbortSignal.timeout(10_000) });
  const items = await response.json();
  statistics.requests++;
  statistics.items += items.length;
}

export async function round(number) {
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(Array.from({ length: 6 }, (_, index) => ask(`/items/${number}/${batch}/${index}`)));
  }
}
