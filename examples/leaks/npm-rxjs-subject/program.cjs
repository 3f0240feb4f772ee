// Stock prices as an rxjs Subject. Each view of a customer subscribes to what it shows; closing it is forgotten.
"use strict";

const { Subject } = require("rxjs");
const { filter, map } = require("rxjs/operators");

class PortfolioView {
  constructor(customer, symbols) {
    this.customer = customer;
    this.symbols = new Set(symbols);
    this.lines = [];
  }

  show(prices) {
    this.subscription = prices
      .pipe(
        filter(({ symbol }) => this.symbols.has(symbol)),
        map(({ symbol, price }) => `${symbol} ${price.toFixed(2)}`),
      )
      .subscribe((line) => {
        this.lines[0] = line;
      });
  }
}

const prices = new Subject();
const symbols = ["AAA", "BBB", "CCC", "DDD", "EEE"];

exports.round = (number) => {
  for (let visit = 0; visit < 80; visit++) {
    const view = new PortfolioView(`customer ${number}/${visit}`, symbols.slice(visit % 4));
    view.show(prices);
    if (visit % 8 === 0) view.subscription.unsubscribe();
  }
  for (const symbol of symbols) prices.next({ symbol, price: number * 1.01 });
};
