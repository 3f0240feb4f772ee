// An express application under load, with a router, a parser for bodies and an error handler. Nothing is kept.
"use strict";

const http = require("node:http");
const { once } = require("node:events");
const express = require("express");

const app = express();
const orders = express.Router();
const stock = new Map(Array.from({ length: 40 }, (_, id) => [id, 1000]));

app.use(express.json());
orders.post("/:article", (request, response) => {
  const article = Number(request.params.article);
  if (!stock.has(article)) throw new RangeError(`no article ${article}`);
  stock.set(article, stock.get(article) - request.body.amount);
  response.json({ article, left: stock.get(article) });
});
app.use("/orders", orders);
app.use((error, _request, response, _next) => response.status(400).json({ error: error.message }));

const server = http.createServer(app);
const listening = once(server.listen(0, "127.0.0.1"), "listening");
const agent = new http.Agent({ keepAlive: true, maxSockets: 6 });

function order(article, amount) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const request = http.request({
      port: server.address().port,
      path: `/orders/${article}`,
      method: "POST",
      headers,
      agent,
    });
    request.on("response", (response) => response.resume().on("end", resolve));
    request.on("error", reject);
    request.end(JSON.stringify({ amount }));
  });
}

exports.round = async () => {
  await listening;
  for (let batch = 0; batch < 12; batch++) {
    await Promise.all(Array.from({ length: 8 }, (_, index) => order((batch * 8 + index) % 45, 1)));
  }
};
