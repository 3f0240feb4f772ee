// A crawler's index of page titles. Each title is a slice of the page's text, which it keeps alive.
"use strict";

const words = ["heap", "river", "stone", "cloud", "paper", "winter", "lamp", "garden"];

function fetchPage(number) {
  let text = `<html><head><title>Page number ${number} of the catalogue</title></head><body>`;
  const parts = [];
  for (let word = 0; word < 2000; word++) parts.push(words[(word * 7 + number) % words.length]);
  text += parts.join(" ");
  return Buffer.from(text).toString("latin1"); // flat, as it comes from the network
}

class TitleIndex {
  titles = new Map();

  add(url, page) {
    const start = page.indexOf("<title>") + 7;
    this.titles.set(url, page.slice(start, page.indexOf("</title>")));
    if (this.titles.size > 100_000) this.titles.clear();
  }
}

const index = new TitleIndex();

exports.round = (number) => {
  for (let page = 0; page < 30; page++) index.add(`/${number}/${page}`, fetchPage(number * 30 + page));
};
