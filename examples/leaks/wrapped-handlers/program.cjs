// A server whose handler is wrapped with more instrumentation each time a plugin is reloaded.
"use strict";

class Timing {
  constructor(plugin) {
    this.plugin = plugin;
    this.calls = 0;
    this.samples = new Array(20).fill(0.5);
  }
}

const server = {
  plugins: ["auth", "cors", "gzip"],
  handle: (request) => ({ status: 200, path: request.path }),
};

function reload(plugin) {
  const next = server.handle;
  const timing = new Timing(plugin);
  server.handle = (request) => {
    timing.calls++;
    return request.depth > 0
      ? next({ ...request, depth: request.depth - 1 })
      : { status: 204, path: request.path };
  };
}

exports.round = (number) => {
  for (let change = 0; change < 60; change++) {
    reload(server.plugins[change % 3]);
    server.handle({ path: `/${number}`, depth: 5 });
  }
};
