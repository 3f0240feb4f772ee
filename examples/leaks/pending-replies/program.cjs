// Remote calls over a message bus with an id for each answer. Calls whose answer never comes wait for ever.
"use strict";

class Call {
  constructor(id, method, parameters) {
    this.id = id;
    this.method = method;
    this.parameters = parameters;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

class Client {
  #pending = {};
  #nextId = 1;

  call(method, ...parameters) {
    const call = new Call(this.#nextId++, method, parameters);
    this.#pending[call.id] = call;
    setImmediate(() => this.#receive(call.id));
    return call.promise;
  }

  #receive(id) {
    if (id % 3 === 0) return; // lost on the way
    const { resolve, parameters } = this.#pending[id];
    delete this.#pending[id];
    resolve({ id, echoed: parameters });
  }
}

const client = new Client();
let answered = 0;

async function handle(request) {
  const { echoed } = await client.call("lookup", request, { retry: false });
  answered += echoed.length;
}

exports.round = async (number) => {
  for (let request = 0; request < 150; request++) void handle({ number, request });
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  return answered;
};
