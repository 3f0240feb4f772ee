// Connections to a database, pooled: opened when all are busy, at most 40, then reused.

import { setImmediate } from "node:timers/promises";

class Connection {
  constructor(number) {
    this.number = number;
    this.buffer = new Uint8Array(4096);
    this.prepared = new Map();
    this.queries = 0;
  }

  async query(text) {
    if (!this.prepared.has(text)) this.prepared.set(text, { text, plan: text.split(" ") });
    this.queries++;
    await setImmediate();
    return this.prepared.get(text).plan.length;
  }
}

class Pool {
  #idle = [];
  #waiting = [];
  #size = 0;

  constructor(limit) {
    this.limit = limit;
  }

  async acquire() {
    if (this.#idle.length > 0) return this.#idle.pop();
    if (this.#size < this.limit) return new Connection(this.#size++);
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(connection) {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
  }
}

const pool = new Pool(40);
const statements = ["select one", "select name from users", "update users set name", "delete from carts"];

export async function round(number) {
  const parallel = Math.min(4 * number + 6, 60); // load rises in the morning
  const request = async (id) => {
    for (const text of statements) {
      const connection = await pool.acquire();
      await connection.query(`${text} where shard = ${id % 3}`);
      pool.release(connection);
    }
  };
  await Promise.all(Array.from({ length: parallel }, (_, id) => request(id)));
}
