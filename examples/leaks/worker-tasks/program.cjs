// Sums in worker threads: one that lives for two rounds, and tasks sent to it with answers by number.
"use strict";

const { Worker } = require("node:worker_threads");
const { once } = require("node:events");

const code = `
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", ({ number, values }) => {
    parentPort.postMessage({ number, sum: values.reduce((sum, value) => sum + value, 0) });
  });
`;

class Calculator {
  #waiting = new Map();
  #next = 0;

  constructor() {
    this.worker = new Worker(code, { eval: true });
    this.worker.on("message", ({ number, sum }) => {
      this.#waiting.get(number)(sum);
      this.#waiting.delete(number);
    });
  }

  sum(values) {
    return new Promise((resolve) => {
      this.#waiting.set(this.#next, resolve);
      this.worker.postMessage({ number: this.#next++, values });
    });
  }

  async end() {
    const exit = once(this.worker, "exit");
    await this.worker.terminate();
    await exit;
  }
}

let calculator = new Calculator();

exports.round = async (number) => {
  const sums = await Promise.all(
    Array.from({ length: 120 }, (_, task) =>
      calculator.sum(Array.from({ length: 20 }, (_, value) => value * task)),
    ),
  );
  if (number % 2 === 0) {
    await calculator.end();
    calculator = new Calculator();
    await once(calculator.worker, "online");
  }
  return sums.length;
};
