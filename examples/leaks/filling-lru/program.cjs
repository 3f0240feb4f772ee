// A cache of rendered pages with a limit, which is reached while the service runs: it grows, less and less.
"use strict";

const LIMIT = 930;

class Page {
  constructor(path) {
    this.path = path;
    this.html = `<h1>${path}</h1>`.repeat(3).split("").join("");
    this.hits = 0;
  }
}

const pages = new Map();

function render(path) {
  let page = pages.get(path);
  if (page === undefined) {
    page = new Page(path);
    pages.set(path, page);
    if (pages.size > LIMIT) pages.delete(pages.keys().next().value);
  }
  page.hits++;
  return page.html;
}

exports.round = () => {
  for (let request = 0; request < 300; request++) render(`/articles/${Math.floor(Math.random() * 1000)}`);
};
