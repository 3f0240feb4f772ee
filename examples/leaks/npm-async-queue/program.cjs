// Uploads through a queue of the library async, one at a time. A worker that meets a certain error never calls back.
"use strict";

const { queue } = require("async");

class UploadTask {
  constructor(name, bytes) {
    this.name = name;
    this.bytes = bytes;
    this.metadata = { type: "image/png", width: bytes % 100, height: bytes % 70 };
  }
}

const uploaded = { count: 0, bytes: 0 };

const uploads = queue((task, done) => {
  setImmediate(() => {
    if (task.name === "3/20.png") return; // an error nobody thought of: `done` is not called
    uploaded.count++;
    uploaded.bytes += task.bytes;
    done();
  });
}, 1);

exports.round = async (number) => {
  for (let picture = 0; picture < 150; picture++)
    uploads.push(new UploadTask(`${number}/${picture}.png`, picture * 1000));
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
};
