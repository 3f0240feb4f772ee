// Metadata of documents in a WeakMap, so that it goes with the document. The documents, however, are kept by an index.
"use strict";

const metadata = new WeakMap();
const byTag = new Map(["draft", "final", "archived"].map((tag) => [tag, []]));

class Metadata {
  constructor(author, words) {
    this.author = author;
    this.words = words;
    this.keywords = Array.from({ length: 6 }, (_, index) => `keyword-${(words + index) % 40}`);
  }
}

function importDocument(id, tag) {
  const document = { id, tag };
  metadata.set(document, new Metadata(`author-${id % 9}`, id * 11));
  byTag.get(tag).push(document);
  return document;
}

function drop(document) {
  const list = byTag.get(document.tag);
  const at = list.indexOf(document);
  if (document.tag !== "archived") list.splice(at, 1);
}

exports.round = (number) => {
  const tags = [...byTag.keys()];
  for (let document = 0; document < 300; document++) {
    drop(importDocument(number * 300 + document, tags[document % 3]));
  }
};
