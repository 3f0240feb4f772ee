// An express application in which a handler adds a route for every report it makes, so that it can be fetched.
"use strict";

const http = require("node:http");
const { once } = require("node:events");
const express = require("express");

class Report {
  constructor(title) {
    this.title = title;
    this.rows = Array.from({ length: 10 }, (_, row) => [row, row * row]);
  }
}

const app = express();
app.set("etag", false);
app.use((request, response, next) => {
  response.set("x-service", "reports");
  next();
});

let made = 0;
app.get("/report", (request, response) => {
  const report = new Report(`report ${++made}`);
  app.get(`/report/${made}`, (_request, later) => later.json(report));
  response.json({ at: `/report/${made}` });
});

const server = http.createServer(app);
const listening = once(server.listen(0, "127.0.0.1"), "listening");
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });

function get(path) {
  return new Promise((resolve, reject) => {
    const { port } = server.address();
    http.get({ port, path, agent }, (response) => response.resume().on("end", resolve)).on("error", reject);
  });
}

exports.round = async () => {
  await listening;
  for (let visitor = 0; visitor < 40; visitor++) await get("/report");
};
