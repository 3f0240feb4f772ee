// A shop with express-session and its default MemoryStore, which never looks for sessions that have ended.
"use strict";

const http = require("node:http");
const { once } = require("node:events");
const session = require("express-session");

const withSession = session({
  secret: "example",
  resave: false,
  saveUninitialized: true,
  cookie: { maxAge: 50 },
});

const server = http.createServer((request, response) => {
  withSession(request, response, () => {
    request.session.basket = Array.from({ length: 5 }, (_, article) => ({ article, amount: 1 }));
    request.session.language = request.headers["accept-language"] ?? "en";
    response.end("ok");
  });
});
const listening = once(server.listen(0, "127.0.0.1"), "listening");
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });

function visit() {
  return new Promise((resolve, reject) => {
    const { port } = server.address();
    http
      .get({ port, path: "/", agent }, (response) => response.resume().on("end", resolve))
      .on("error", reject);
  });
}

exports.round = async () => {
  await listening;
  for (let visitor = 0; visitor < 60; visitor++) await visit();
};
