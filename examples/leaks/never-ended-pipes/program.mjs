// Live statistics: clients subscribe to a stream of numbers through a filter each. Who goes away is not unpiped.

import { PassThrough, Readable, Writable } from "node:stream";

class Numbers extends Readable {
  #next = 0;

  constructor() {
    super({ objectMode: true });
    this.setMaxListeners(0);
  }

  _read() {}

  emitSome(count) {
    while (count-- > 0) this.push({ value: this.#next++ });
  }
}

class Client extends Writable {
  constructor(name) {
    super({ objectMode: true });
    this.name = name;
    this.received = 0;
  }

  _write(_number, _encoding, done) {
    this.received++;
    done();
  }
}

const numbers = new Numbers();

function subscribe(name) {
  const client = new Client(name);
  numbers.pipe(new PassThrough({ objectMode: true })).pipe(client);
  return client;
}

export async function round(number) {
  for (let visitor = 0; visitor < 15; visitor++) {
    const client = subscribe(`client ${number}.${visitor}`);
    numbers.emitSome(2);
    await new Promise((resolve) => setImmediate(resolve));
    client.name += " (gone)";
  }
}
