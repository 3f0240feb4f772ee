// An inventory service with an audit trail that was meant to be flushed to disk.
"use strict";

class Stock {
  constructor() {
    this.items = new Map();
  }

  move(sku, amount) {
    const left = (this.items.get(sku) ?? 0) + amount;
    this.items.set(sku, left);
    return left;
  }
}

class AuditRecord {
  constructor(actor, action, before, after) {
    this.actor = actor;
    this.action = action;
    this.before = before;
    this.after = after;
    this.at = new Date();
  }
}

class AuditTrail {
  constructor() {
    this.pending = [];
    this.flushed = 0;
  }

  record(actor, action, before, after) {
    this.pending.push(new AuditRecord(actor, action, before, after));
    if (this.pending.length % 1000 === 0) this.flush();
  }

  flush() {
    // Writes everything, and forgets to empty the list.
    this.flushed = this.pending.length;
  }
}

const stock = new Stock();
const trail = new AuditTrail();

exports.round = () => {
  for (let order = 0; order < 400; order++) {
    const sku = `sku-${order % 150}`;
    const left = stock.move(sku, order % 3 === 0 ? 5 : -1);
    trail.record("warehouse", "move", { sku, left: left - 1 }, { sku, left });
  }
};
