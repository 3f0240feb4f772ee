// Logging with pino: a child logger per request, with the request's id. Children are not kept by their parent.
"use strict";

const { Writable } = require("node:stream");
const pino = require("pino");

const written = { bytes: 0 };
const logger = pino(
  { level: "info" },
  new Writable({
    write(chunk, _encoding, done) {
      written.bytes += chunk.length;
      done();
    },
  }),
);

exports.round = (number) => {
  for (let request = 0; request < 200; request++) {
    const log = logger.child({ request: `${number}-${request}`, user: { name: `user ${request % 20}` } });
    log.info({ path: `/orders/${request}` }, "begin");
    log.debug("not written");
    log.info("end");
  }
};
