// For tests: a program that leaks sessions with secrets in them, and writes a snapshot after each round to the paths in its arguments.

"use strict";
const v8 = require("node:v8");

class Session {
  constructor(id) {
    this.id = id;
    this.token = `session ${id} of nobody in particular`;
    this.user = { mail: ["user", id, "@", "shop.example"].join(""), notes: new Array(20).fill(`note ${id}`) };
  }

  get owner() {
    return this.user.mail;
  }
}

const sessions = new Map();
let round = 0;
for (const path of process.argv.slice(2)) {
  round++;
  for (let i = 0; i < 400; i++) sessions.set(`${round}-${i}`, new Session(round * 1000 + i));
  globalThis.gc();
  v8.writeHeapSnapshot(path);
}
