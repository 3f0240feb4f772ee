// Parsed templates that are cached weakly: by the object they belong to, and by name through WeakRefs that are cleaned up.
"use strict";

class Template {
  constructor(source) {
    this.source = source;
    this.parts = source.split(/(\{\w+\})/);
  }
}

const layouts = new WeakMap();
const byName = new Map();
const cleanUp = new FinalizationRegistry((name) => {
  if (byName.get(name)?.deref() === undefined) byName.delete(name);
});

function named(name) {
  let template = byName.get(name)?.deref();
  if (template === undefined) {
    template = new Template(`Dear {name}, your ${name} is ready since {day}`);
    byName.set(name, new WeakRef(template));
    cleanUp.register(template, name);
  }
  return template;
}

function layoutOf(request) {
  let layout = layouts.get(request);
  if (layout === undefined)
    layouts.set(request, (layout = { columns: request.width > 800 ? 3 : 1, request }));
  return layout;
}

exports.round = async (number) => {
  let columns = 0;
  for (let id = 0; id < 300; id++) {
    const request = { id, width: (id * 37) % 1600 };
    columns += layoutOf(request).columns + named(`form-${number}-${id % 100}`).parts.length;
    if (id % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return columns;
};
