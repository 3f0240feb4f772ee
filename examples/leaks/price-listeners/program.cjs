// Quotes for customers. While a quote is made it listens for price changes; only cancelled quotes stop listening.
"use strict";

const { EventEmitter } = require("node:events");

class PriceFeed extends EventEmitter {
  constructor() {
    super();
    this.setMaxListeners(0);
    this.prices = Array.from({ length: 300 }, (_, article) => 100 + article);
  }

  tick() {
    const article = Math.floor(Math.random() * this.prices.length);
    this.prices[article] += 1;
    this.emit("change", article, this.prices[article]);
  }
}

class Quote {
  constructor(customer, articles) {
    this.customer = customer;
    this.articles = articles;
    this.total = 0;
    this.onChange = (article, price) => {
      if (this.articles.includes(article)) this.total += price;
    };
  }

  follow(feed) {
    for (const article of this.articles) this.total += feed.prices[article];
    feed.on("change", this.onChange);
  }

  cancel(feed) {
    feed.off("change", this.onChange);
  }
}

const feed = new PriceFeed();

exports.round = (number) => {
  for (let request = 0; request < 200; request++) {
    const articles = [request, (request * 7) % 300, (request * 13) % 300];
    const quote = new Quote(`customer-${number}-${request}`, articles);
    quote.follow(feed);
    if (request % 4 === 0) quote.cancel(feed);
  }
  feed.tick();
};
