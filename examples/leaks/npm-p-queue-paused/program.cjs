// Exports through p-queue, which is paused while the disk is nearly full, and not started again.
"use strict";

const { default: PQueue } = require("p-queue");

class ExportJob {
  constructor(table, rows) {
    this.table = table;
    this.rows = rows;
    this.written = 0;
  }

  async run() {
    await null;
    this.written = this.rows.length;
    return this.written;
  }
}

const exports_ = new PQueue({ concurrency: 4 });
const disk = { free: 600 };

function submit(table, rows) {
  const job = new ExportJob(table, rows);
  disk.free -= rows.length / 10;
  if (disk.free < 500) exports_.pause();
  void exports_.add(() => job.run());
}

exports.round = async (number) => {
  for (let table = 0; table < 100; table++) {
    submit(
      `table_${number}_${table}`,
      Array.from({ length: 6 }, (_, row) => ({ row, value: row * table })),
    );
  }
  await new Promise((resolve) => setImmediate(resolve));
};
