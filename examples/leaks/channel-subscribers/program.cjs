// Tracing with diagnostics_channel: each job subscribes to what the database does and forgets to unsubscribe when it fails.
"use strict";

const channels = require("node:diagnostics_channel");

const queries = channels.channel("example:query");

class JobTrace {
  constructor(name) {
    this.name = name;
    this.queries = 0;
    this.tables = new Set();
    this.onQuery = ({ table }) => {
      this.queries++;
      this.tables.add(table);
    };
  }

  run(fails) {
    queries.subscribe(this.onQuery);
    queries.publish({ table: `table_${this.name.length % 5}` });
    if (fails) return;
    queries.unsubscribe(this.onQuery);
  }
}

exports.round = (number) => {
  for (let job = 0; job < 90; job++) new JobTrace(`job ${number}/${job}`).run(job % 2 === 0);
};
