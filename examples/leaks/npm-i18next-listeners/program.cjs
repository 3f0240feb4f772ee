// Pages translated with i18next. Each page listens for a change of the language, and i18next lives on.
"use strict";

const i18next = require("i18next");

const ready = i18next.init({
  lng: "en",
  resources: {
    en: { translation: { title: "Welcome {{name}}", cart: "Your cart" } },
    de: { translation: { title: "Willkommen {{name}}", cart: "Ihr Warenkorb" } },
  },
});

class LocalizedPage {
  constructor(name) {
    this.name = name;
    this.blocks = [];
    this.translate();
    i18next.on("languageChanged", () => this.translate());
  }

  translate() {
    this.blocks = [i18next.t("title", { name: this.name }), i18next.t("cart")];
  }
}

exports.round = async (number) => {
  await ready;
  for (let visitor = 0; visitor < 50; visitor++) new LocalizedPage(`visitor ${number}.${visitor}`);
  if (number % 3 === 0) await i18next.changeLanguage(number % 2 ? "de" : "en");
};
