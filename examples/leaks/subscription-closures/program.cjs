// A small publish-subscribe bus whose subscribe() returns the way to unsubscribe. Requests throw it away.
"use strict";

function createBus() {
  const subscribers = new Map();
  return {
    subscribe(topic, handler) {
      if (!subscribers.has(topic)) subscribers.set(topic, new Set());
      subscribers.get(topic).add(handler);
      return () => subscribers.get(topic).delete(handler);
    },
    publish(topic, message) {
      for (const handler of subscribers.get(topic) ?? []) handler(message);
    },
  };
}

const bus = createBus();

class Page {
  constructor(url, locale) {
    this.url = url;
    this.locale = locale;
    this.fragments = Array.from({ length: 5 }, (_, part) => `<section id="${part}">${url}</section>`);
  }

  translate(dictionary) {
    this.title = dictionary[this.locale] ?? this.url;
  }
}

async function render(url, locale) {
  const page = new Page(url, locale);
  bus.subscribe("dictionary", (dictionary) => page.translate(dictionary));
  await null;
  return page.fragments.join("");
}

exports.round = async (number) => {
  const stop = bus.subscribe("dictionary", () => {});
  for (let request = 0; request < 130; request++)
    await render(`/page/${number}/${request}`, request % 2 ? "de" : "en");
  bus.publish("dictionary", { de: "Seite", en: "Page" });
  stop();
};
