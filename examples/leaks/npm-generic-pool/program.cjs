// Database clients from generic-pool. After an error a client is not given back; soon all others wait for one.
"use strict";

const { createPool } = require("generic-pool");

class DatabaseClient {
  constructor(number) {
    this.number = number;
  }

  async query(text) {
    await null;
    if (text.includes("bad")) throw new Error(`syntax error in ${text}`);
    return [{ text }];
  }
}

class Inquiry {
  constructor(user, text) {
    this.user = user;
    this.text = text;
  }

  async run() {
    const client = await pool.acquire();
    const rows = await client.query(this.text); // no finally: the client is lost when this throws
    await pool.release(client);
    return rows.length + this.user.length;
  }
}

let created = 0;
const pool = createPool(
  { create: async () => new DatabaseClient(++created), destroy: async () => {} },
  { max: 5, min: 0 },
);
let failed = 0;

exports.round = async (number) => {
  for (let request = 0; request < 60; request++) {
    const text = request % 10 === 0 && number < 4 ? "select bad" : `select ${number}.${request}`;
    new Inquiry(`user ${request}`, text).run().catch(() => failed++);
    if (request % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
};
