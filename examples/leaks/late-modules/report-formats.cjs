// Tables that only reports need, made when this module is loaded.
"use strict";

class Format {
  constructor(locale, currency) {
    this.locale = locale;
    this.currency = currency;
    this.pattern = new RegExp(`^${currency} \\d+[.,]\\d{2}$`);
    this.render = (cents) => `${currency} ${(cents / 100).toFixed(2)} (${locale})`;
  }
}

const locales = ["de", "en", "fr", "es", "it", "nl", "pl", "pt", "cs", "sv"];
const currencies = ["EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "BRL"];

exports.formats = new Map(
  locales.flatMap((locale) =>
    currencies.map((currency) => [`${locale}-${currency}`, new Format(locale, currency)]),
  ),
);
exports.templates = Array.from({ length: 300 }, (_, number) => ({
  number,
  title: `Form ${number}`,
  fields: [number, "total", "tax"],
}));
