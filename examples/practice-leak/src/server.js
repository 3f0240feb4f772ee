// A small shop: prices that change, sessions that expire, baskets that are priced. `node src/server.js` listens on a free
// port, prints it, and tells a parent process about it. `--fixed` runs it without the leak.

import http from "node:http";
import { BoundedCache } from "./bounded-cache.js";
import { Catalog } from "./catalog.js";
import { SessionStore } from "./sessions.js";

const { RequestContext } = process.argv.includes("--fixed")
  ? await import("./request-context.fixed.js")
  : await import("./request-context.js");

const catalog = new Catalog({ articles: 300, repriceEveryMs: 400 });
const sessions = new SessionStore({ timeToLiveMs: 1500 });
const receipts = new BoundedCache(200);
const recentRequests = [];

const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://shop.example");
  recentRequests.push(`${new Date().toISOString()} ${request.method} ${url.pathname}`);
  if (recentRequests.length > 500) recentRequests.shift();

  if (url.pathname === "/basket") return answerBasket(request, response, url);
  if (url.pathname === "/receipt") return answerReceipt(response, url);
  response.writeHead(404).end();
});

function answerBasket(request, response, url) {
  const session = sessions.open(request.headers["x-customer"] ?? "guest");
  const context = new RequestContext(session, catalog, url.searchParams.getAll("article"));
  const deadline = setTimeout(() => response.destroy(), 5000);
  response.on("close", () => {
    clearTimeout(deadline);
    context.end();
  });
  // Stock is asked for elsewhere, which takes a moment; prices may change meanwhile.
  setTimeout(() => sendJson(response, { customer: session.customer, total: context.total() }), 2);
}

function answerReceipt(response, url) {
  const number = url.searchParams.get("number") ?? "0";
  let receipt = receipts.get(number);
  if (receipt === undefined) {
    receipt = { number, lines: Array.from({ length: 20 }, (_, line) => `receipt ${number}, line ${line}`) };
    receipts.set(number, receipt);
  }
  sendJson(response, receipt);
}

function sendJson(response, value) {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  const { port } = server.address();
  console.log(`The shop is open at http://127.0.0.1:${port}/basket?article=1`);
  process.send?.({ port });
});
process.on("disconnect", () => process.exit()); // the parent is gone
