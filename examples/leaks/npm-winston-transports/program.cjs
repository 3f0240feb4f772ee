// Logging with winston: each request adds a transport of its own, so that its lines can be shown to the user.
"use strict";

const winston = require("winston");
const Transport = require("winston-transport");

class RequestLog extends Transport {
  constructor(id) {
    super({ level: "warn" });
    this.id = id;
    this.lines = [];
  }

  log(info, done) {
    if (info.request === this.id) this.lines.push(info.message);
    done();
  }
}

const logger = winston.createLogger({
  level: "info",
  transports: [new winston.transports.Console({ silent: true })],
});
logger.setMaxListeners(0);

exports.round = async (number) => {
  for (let request = 0; request < 15; request++) {
    const log = new RequestLog(`${number}-${request}`);
    logger.add(log);
    logger.warn({ message: "slow query", request: log.id });
    await new Promise((resolve) => setImmediate(resolve));
  }
};
