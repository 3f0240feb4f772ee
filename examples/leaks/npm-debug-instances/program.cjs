// Debug output with a namespace per request. debug 4.1 keeps every logger in `instances` until it is destroyed.
"use strict";

const createDebug = require("debug");

createDebug.enable("app:errors");
const log = createDebug("app:errors");
log.log = () => {};

class Handler {
  constructor(id) {
    this.id = id;
    this.debug = createDebug(`app:request:${id}`);
  }

  handle(path) {
    this.debug("handles %s", path);
    if (path.length > 20) log("long path %s", path);
    return path.split("/").length;
  }
}

exports.round = (number) => {
  let parts = 0;
  for (let request = 0; request < 80; request++)
    parts += new Handler(`${number}-${request}`).handle(`/orders/${request}`);
  return parts;
};
