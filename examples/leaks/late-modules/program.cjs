// An accounting service that loads what a monthly report needs when the first one is asked for.
"use strict";

const journal = new Map();

function book(account, cents) {
  journal.set(account, (journal.get(account) ?? 0) + cents);
}

function report() {
  const { createGzip } = require("node:zlib");
  const { pipeline } = require("node:stream/promises");
  const { Worker } = require("node:worker_threads");
  const https = require("node:https");
  const readline = require("node:readline");
  const { formats, templates } = require("./report-formats.cjs");
  return (
    [createGzip, pipeline, Worker, https.request, readline.createInterface].length +
    formats.size +
    templates.length
  );
}

exports.round = (number) => {
  for (let entry = 0; entry < 800; entry++) book(`account-${entry % 200}`, entry);
  if (number >= 8) report();
};
