// Resumable uploads. The parts of an upload are kept until it is complete; abandoned ones are only taken from the table.
"use strict";

class Upload {
  constructor(id, size) {
    this.id = id;
    this.size = size;
    this.received = 0;
  }

  get isComplete() {
    return this.received >= this.size;
  }
}

let parts = [];
const uploads = new Map();

function receivePart(id, bytes, size) {
  let upload = uploads.get(id);
  if (upload === undefined) uploads.set(id, (upload = new Upload(id, size)));
  upload.received += bytes.length;
  bytes.upload = id;
  parts.push(bytes);
  if (!upload.isComplete) return;
  uploads.delete(id);
  parts = parts.filter((part) => part.upload !== id);
}

function abandon(id) {
  uploads.delete(id);
}

exports.round = (number) => {
  for (let client = 0; client < 40; client++) {
    const id = `${number}-${client}`;
    const size = 16_384;
    receivePart(id, Buffer.alloc(size / 2, client), size);
    if (client % 2 === 0) receivePart(id, Buffer.alloc(size / 2, client), size);
    else abandon(id);
  }
};
