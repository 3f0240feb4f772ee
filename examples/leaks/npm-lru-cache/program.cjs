// Search results cached with lru-cache 4, which without `max` has no limit.
"use strict";

const LRU = require("lru-cache");

class SearchResult {
  constructor(query, hits) {
    this.query = query;
    this.hits = hits;
    this.took = hits.length * 0.1;
  }
}

const products = Array.from({ length: 120 }, (_, id) => ({ id, name: `product ${id}`, price: id * 1.5 }));
const results = new LRU({ maxAge: 60 * 60 * 1000 });

function search(query) {
  let result = results.get(query);
  if (result === undefined) {
    const [, page] = query.split("/");
    result = new SearchResult(query, products.slice(page % 100, (page % 100) + 8));
    results.set(query, result);
  }
  return result;
}

exports.round = (number) => {
  for (let request = 0; request < 250; request++) search(`q${number}/${request}`);
};
