// The same without the leak: what is handed to `off` is what was handed to `on`.

export class RequestContext {
  #onChange = (changed) => this.reprice(changed);

  constructor(session, catalog, articles) {
    this.session = session;
    this.catalog = catalog;
    this.lines = articles.map((article) => ({
      article: Number(article),
      price: catalog.price(Number(article)).cents,
    }));
    // The answer must show the prices of the moment it is sent.
    catalog.on("change", this.#onChange);
  }

  reprice(changed) {
    for (const line of this.lines) {
      if (changed.includes(line.article)) line.price = this.catalog.price(line.article).cents;
    }
  }

  total() {
    return this.lines.reduce((sum, line) => sum + line.price, 0);
  }

  end() {
    this.catalog.off("change", this.#onChange);
  }
}
