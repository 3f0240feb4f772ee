// Customers for the shop: `node src/load.js PORT [REQUESTS]`, or `sendRequests` from another program. Every fourth
// request is for a receipt, the others price a basket; customers change all the time.

import http from "node:http";
import { fileURLToPath } from "node:url";

/** Sends `count` requests, eight at a time, and closes its connections. Throws on the first answer that is not 200. */
export async function sendRequests(port, count, { signal } = {}) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  let next = 0;
  const customer = async () => {
    while (next < count) {
      signal?.throwIfAborted();
      await sendRequest(agent, port, next++);
    }
  };
  try {
    await Promise.all(Array.from({ length: 8 }, customer));
  } finally {
    agent.destroy();
  }
}

function sendRequest(agent, port, number) {
  const path =
    number % 4 === 0
      ? `/receipt?number=${Math.floor(Math.random() * 1000)}`
      : `/basket?${Array.from({ length: 5 }, () => `article=${Math.floor(Math.random() * 300)}`).join("&")}`;
  const headers = { "x-customer": `customer-${Math.floor(Math.random() * 100_000)}` };
  return new Promise((resolve, reject) => {
    const request = http.get({ agent, port, host: "127.0.0.1", path, headers }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path} was answered with ${response.statusCode}`));
      });
    });
    request.once("error", reject);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port, count = "1000"] = process.argv.slice(2);
  if (port === undefined) {
    console.error("Usage: node src/load.js PORT [REQUESTS]");
    process.exitCode = 2;
  } else {
    await sendRequests(Number(port), Number(count));
  }
}
