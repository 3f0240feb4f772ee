// Metrics with prom-client, labelled with the user: every user makes a time series that is kept for ever.
"use strict";

const client = require("prom-client");

const requests = new client.Counter({
  name: "requests_total",
  help: "Requests",
  labelNames: ["route", "user"],
});
const durations = new client.Histogram({
  name: "duration_seconds",
  help: "How long requests take",
  labelNames: ["route"],
  buckets: [0.01, 0.1, 1],
});
const routes = ["/", "/basket", "/order"];

exports.round = (number) => {
  for (let request = 0; request < 200; request++) {
    const route = routes[request % routes.length];
    requests.inc({ route, user: `user-${number}-${request}` });
    durations.observe({ route }, (request % 30) / 20);
  }
};
