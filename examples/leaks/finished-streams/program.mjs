// Exports: rows are turned into text, compressed and counted by a pipeline of streams.

import { Readable, Transform, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

class RowsToText extends Transform {
  constructor() {
    super({ writableObjectMode: true });
    this.rows = 0;
  }

  _transform(row, _encoding, done) {
    this.rows++;
    done(null, `${Object.values(row).join(";")}\n`);
  }
}

class Counter extends Writable {
  bytes = 0;

  _write(chunk, _encoding, done) {
    this.bytes += chunk.length;
    done();
  }
}

const exported = { files: 0, rows: 0, bytes: 0 };

async function exportTable(rows) {
  const text = new RowsToText();
  const counter = new Counter();
  await pipeline(Readable.from(rows), text, createGzip(), counter);
  exported.files++;
  exported.rows += text.rows;
  exported.bytes += counter.bytes;
}

export async function round(number) {
  for (let table = 0; table < 8; table++) {
    await exportTable(
      Array.from({ length: 100 }, (_, id) => ({ id, name: `row ${id} of ${number}`, value: id * table })),
    );
  }
}
