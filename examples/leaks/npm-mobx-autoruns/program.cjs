// Exchange rates as mobx observables; each calculation watches them with autorun and does not dispose of it.
"use strict";

const { observable, autorun, runInAction } = require("mobx");

const rates = observable({ EUR: 1, USD: 1.1, GBP: 0.85, CHF: 0.96 });

class Calculation {
  constructor(amount, currency) {
    this.amount = amount;
    this.currency = currency;
    this.result = 0;
    this.stop = autorun(() => {
      this.result = this.amount * rates[this.currency];
    });
  }
}

exports.round = (number) => {
  const currencies = ["EUR", "USD", "GBP", "CHF"];
  for (let request = 0; request < 80; request++) {
    const calculation = new Calculation(request + number, currencies[request % 4]);
    if (request % 5 === 0) calculation.stop();
  }
  runInAction(() => {
    rates.USD += 0.001;
  });
};
