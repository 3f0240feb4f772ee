// A DataLoader for authors that is made once for the service instead of once per request: its cache only grows.
"use strict";

const DataLoader = require("dataloader");

class Author {
  constructor(id) {
    this.id = id;
    this.name = `Author ${id}`;
    this.books = Array.from({ length: 4 }, (_, book) => `book ${book} of ${id}`);
  }
}

const authors = new DataLoader(async (ids) => ids.map((id) => new Author(id)));

async function resolveArticle(id) {
  const [author, editor] = await Promise.all([authors.load(`a${id}`), authors.load(`e${id % 25}`)]);
  return { id, author: author.name, editor: editor.name };
}

let next = 0;

exports.round = async () => {
  const articles = await Promise.all(Array.from({ length: 150 }, () => resolveArticle(next++)));
  return articles.length;
};
