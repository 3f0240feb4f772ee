// One worker thread for all; whoever asks it adds a listener for the answers, which nobody takes away.
"use strict";

const { Worker } = require("node:worker_threads");

const worker = new Worker(
  `require("node:worker_threads").parentPort.on("message", ({ id, text }) =>
     require("node:worker_threads").parentPort.postMessage({ id, length: text.length }));`,
  { eval: true },
);
worker.setMaxListeners(0);
worker.unref();

class Inquiry {
  constructor(id, text) {
    this.id = id;
    this.text = text;
    this.length = undefined;
  }

  send() {
    return new Promise((resolve) => {
      worker.on("message", ({ id, length }) => {
        if (id !== this.id) return;
        this.length = length;
        resolve(length);
      });
      worker.postMessage({ id: this.id, text: this.text });
    });
  }
}

exports.round = async (number) => {
  const inquiries = Array.from(
    { length: 40 },
    (_, index) => new Inquiry(`${number}-${index}`, "text ".repeat(index + 1)),
  );
  await Promise.all(inquiries.map((inquiry) => inquiry.send()));
};
