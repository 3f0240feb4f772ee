// A web server under load from an agent that keeps connections alive; more run in parallel now and then.
"use strict";

const http = require("node:http");
const { once } = require("node:events");

const articles = new Map(
  Array.from({ length: 50 }, (_, id) => [id, { id, title: `Article ${id}`, stock: id * 3 }]),
);

const server = http.createServer((request, response) => {
  const id = Number(new URL(request.url, "http://localhost").searchParams.get("article"));
  const article = articles.get(id);
  response.setHeader("content-type", "application/json");
  response.statusCode = article === undefined ? 404 : 200;
  response.end(JSON.stringify(article ?? { error: "no such article" }));
});
const listening = once(server.listen(0, "127.0.0.1"), "listening");
const agent = new http.Agent({ keepAlive: true, maxSockets: 12, maxFreeSockets: 6 });

function get(url) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (text += part));
      response.on("end", () => resolve(JSON.parse(text)));
    });
    request.on("error", reject);
  });
}

exports.round = async (number) => {
  await listening;
  const { port } = server.address();
  const parallel = 3 + (number % 4) * 3;
  for (let batch = 0; batch < 10; batch++) {
    const urls = Array.from(
      { length: parallel },
      (_, id) => `http://127.0.0.1:${port}/?article=${(id * batch) % 60}`,
    );
    await Promise.all(urls.map(get));
  }
};
