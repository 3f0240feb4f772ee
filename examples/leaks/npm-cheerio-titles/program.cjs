// Headlines taken from pages with cheerio. The text of an element is a slice of the page, which stays with it.
"use strict";

const cheerio = require("cheerio");

const headlines = new Map();

function page(number) {
  const items = [];
  for (let item = 0; item < 60; item++)
    items.push(`<li>entry ${item} on page ${number}, ${"and so on ".repeat(8)}</li>`);
  const html = `<html><body><h1>The headline of page number ${number}</h1><ul>${items.join("")}</ul></body></html>`;
  return Buffer.from(html).toString("latin1");
}

function read(url, html) {
  const $ = cheerio.load(html);
  headlines.set(url, $("h1").text());
  return $("li").length;
}

exports.round = (number) => {
  let items = 0;
  for (let index = 0; index < 12; index++) items += read(`/${number}/${index}`, page(number * 12 + index));
  return items;
};
