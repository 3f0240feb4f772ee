// Server-side rendering with one redux store for all requests. Each rendering subscribes and is thrown away.
"use strict";

const { createStore } = require("redux");

const store = createStore((state = { products: [], version: 0 }, action) =>
  action.type === "products" ? { products: action.products, version: state.version + 1 } : state,
);

class Rendering {
  constructor(url) {
    this.url = url;
    this.html = "";
    store.subscribe(this.update.bind(this));
    this.update();
  }

  update() {
    const { products, version } = store.getState();
    this.html = `<main data-version="${version}">${this.url}: ${products.slice(0, 3).join(", ")}</main>`;
  }
}

exports.round = (number) => {
  store.dispatch({
    type: "products",
    products: Array.from({ length: 20 }, (_, id) => `product ${id + number}`),
  });
  let length = 0;
  for (let request = 0; request < 80; request++)
    length += new Rendering(`/shop/${number}/${request}`).html.length;
  return length;
};
