// A shop: the catalog fills a cache of products, up to a limit; beside it, and smaller, carts of guests are never removed.
"use strict";

class Product {
  constructor(id) {
    this.id = id;
    this.title = `Product ${id}`;
    this.description = Array.from(
      { length: 10 },
      (_, line) => `${line}: a long text about product ${id}`,
    ).join("\n");
    this.prices = new Float64Array(8).fill(id);
  }
}

class GuestCart {
  constructor(token) {
    this.token = token;
    this.lines = [];
  }

  add(product) {
    this.lines.push({ product: product.id, amount: 1 });
  }
}

const products = new Map();
const guestCarts = new Map();

function product(id) {
  let found = products.get(id);
  if (found === undefined) {
    products.set(id, (found = new Product(id)));
    if (products.size > 700) products.delete(products.keys().next().value);
  }
  return found;
}

function cartOf(token) {
  if (!guestCarts.has(token)) guestCarts.set(token, new GuestCart(token));
  return guestCarts.get(token);
}

exports.round = (number) => {
  for (let request = 0; request < 250; request++) {
    const shown = product(Math.floor(Math.random() * 800));
    if (request % 8 === 0) cartOf(`guest-${number}-${request}`).add(shown);
  }
};
