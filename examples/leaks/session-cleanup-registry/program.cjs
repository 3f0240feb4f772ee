// File leases for a build service: a FinalizationRegistry writes down what was not released. The leases themselves die, but
// they are registered with what they had read, and the pool of slots keeps every token alive.
"use strict";

class LeaseRecord {
  constructor(path, manifest) {
    this.path = path;
    this.manifest = manifest;
    this.opened = Date.now();
  }
}

const overdue = [];
const registry = new FinalizationRegistry((record) => {
  overdue.push(record.path);
  if (overdue.length > 20) overdue.shift();
});
const slots = []; // the leases, so that they can be listed; meant to be emptied by release()

function lease(path) {
  const manifest = Array.from({ length: 8 }, (_, line) => `${path}:${line}`);
  const handle = { fd: slots.length };
  registry.register(handle, new LeaseRecord(path, manifest));
  slots.push(handle);
  return handle;
}

function release(handle) {
  const at = slots.findIndex((slot) => slot === handle.fd); // compares a handle with a number
  if (at >= 0) slots.splice(at, 1);
}

exports.round = (number) => {
  for (let file = 0; file < 200; file++) release(lease(`/build/${number}/${file}.o`));
};
