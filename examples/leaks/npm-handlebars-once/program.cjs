// Mails from handlebars templates, each compiled when first used; the last of them is used late.
"use strict";

const Handlebars = require("handlebars");

const sources = {
  welcome: "Dear {{name}}, welcome to {{shop.name}}!",
  order: "Order {{number}}:{{#each lines}} {{amount}} x {{article}};{{/each}} total {{total}}",
  reminder: "Dear {{name}}, {{#if overdue}}your invoice {{number}} is overdue{{else}}thank you{{/if}}.",
};
const compiled = new Map();

function render(name, data) {
  let template = compiled.get(name);
  if (template === undefined) compiled.set(name, (template = Handlebars.compile(sources[name])));
  return template(data);
}

exports.round = (number) => {
  let length = 0;
  for (let mail = 0; mail < 150; mail++) {
    const data = {
      name: `customer ${mail}`,
      number: `${number}-${mail}`,
      shop: { name: "Example" },
      total: mail,
    };
    data.lines = Array.from({ length: 3 }, (_, line) => ({ article: line, amount: 1 }));
    length += render(mail % 2 ? "order" : "welcome", data).length;
    if (number > 8) length += render("reminder", { ...data, overdue: mail % 3 === 0 }).length;
  }
  return length;
};
