// Requests wait for a remote configuration with bluebird promises. It never arrives, and a default is used after a moment.
"use strict";

const Promise = require("bluebird");

let configured;
const configuration = new Promise((resolve) => {
  configured = resolve;
});
process.once("SIGUSR2", () => configured({ language: "de" }));

class Request {
  constructor(id) {
    this.id = id;
    this.headers = { accept: "text/html", language: "en" };
    this.answer = "";
  }

  handle() {
    const adapted = configuration.then(({ language }) => {
      this.headers.language = language;
    });
    return Promise.race([adapted, Promise.resolve()]).then(() => {
      this.answer = `${this.id} in ${this.headers.language}`;
    });
  }
}

exports.round = async (number) => {
  await Promise.map(
    Array.from({ length: 60 }, (_, index) => new Request(`${number}-${index}`)),
    (request) => request.handle(),
  );
};
