// A thread-pool-like scheduler that keeps an AsyncResource per task, so that callbacks run in the caller's context.
"use strict";

const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");

const contexts = new AsyncLocalStorage();

class Tenant {
  constructor(name) {
    this.name = name;
    this.settings = { currency: "EUR", limits: [10, 20, 30], theme: `theme-${name.length}` };
  }
}

class Scheduler {
  #resources = [];
  done = 0;

  submit(work) {
    const resource = new AsyncResource("Task");
    this.#resources.push(resource); // to list what is running; never taken out
    setImmediate(() => {
      resource.runInAsyncScope(work);
      this.done++;
    });
  }
}

const scheduler = new Scheduler();
const totals = new Map();

exports.round = async (number) => {
  for (let request = 0; request < 100; request++) {
    contexts.run(new Tenant(`tenant ${number}.${request}`), () => {
      scheduler.submit(() => totals.set(contexts.getStore().settings.theme, request));
    });
  }
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
};
