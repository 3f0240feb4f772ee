// A live-reload service that watches the folder of each preview. Closing a preview forgets its watcher.
"use strict";

const fs = require("node:fs");
const os = require("node:os");

class Preview {
  constructor(id, folder) {
    this.id = id;
    this.html = `<html><body data-preview="${id}">${"<p>text</p>".repeat(id % 7)}</body></html>`;
    this.stale = false;
    fs.watch(folder, { persistent: false }, () => {
      this.stale = true;
    });
  }
}

const open = new Map();

function openPreview(id) {
  open.set(id, new Preview(id, os.tmpdir()));
}

function closePreview(id) {
  open.delete(id);
}

exports.round = (number) => {
  for (let preview = 0; preview < 20; preview++) {
    openPreview(number * 20 + preview);
    closePreview(number * 20 + preview);
  }
};
