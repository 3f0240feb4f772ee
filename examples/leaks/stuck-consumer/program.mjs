// An event queue with one consumer. It waits for a lock that whoever had it never gave back; producers go on.

class Event {
  constructor(kind, body) {
    this.kind = kind;
    this.body = body;
    this.enqueuedAt = Date.now();
  }
}

class Lock {
  #tail = Promise.resolve();

  async acquire() {
    const before = this.#tail;
    let release;
    this.#tail = new Promise((resolve) => (release = resolve));
    await before;
    return release;
  }
}

const lock = new Lock();
const queue = [];
let handled = 0;

async function consume() {
  while (queue.length > 0) {
    const release = await lock.acquire();
    const event = queue.shift();
    if (event.kind === "poison") return; // without release()
    handled++;
    release();
  }
}

function publish(kind, body) {
  queue.push(new Event(kind, body));
}

export async function round(number) {
  for (let id = 0; id < 200; id++) {
    publish(number === 3 && id === 20 ? "poison" : "order", { id, items: [id, id + 1, id + 2] });
  }
  void consume();
  await new Promise((resolve) => setImmediate(resolve));
  return handled;
}
