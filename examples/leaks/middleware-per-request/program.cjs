// A little web framework. A handler adds a middleware to the application while it serves a request, not once.
"use strict";

class Layer {
  constructor(path, handle) {
    this.path = path;
    this.handle = handle;
    this.keys = path.split("/").filter((part) => part.startsWith(":"));
  }

  match(path) {
    return this.path === "*" || this.path === path;
  }
}

class Application {
  #stack = [];
  settings = { poweredBy: false, env: "production" };

  use(path, handle) {
    this.#stack.push(new Layer(path, handle));
  }

  handle(request) {
    for (const layer of this.#stack.filter((layer) => layer.match(request.path))) layer.handle(request);
    return request;
  }
}

const app = new Application();
app.use("*", (request) => (request.startedAt = Date.now()));
app.use("/profile", (request) => {
  const { user } = request;
  app.use("/settings", (later) => (later.previousUser = user.name));
});

exports.round = (number) => {
  for (let visitor = 0; visitor < 150; visitor++) {
    const user = { name: `visitor ${number}-${visitor}`, roles: ["guest", "reader"] };
    app.handle({ path: "/profile", user });
  }
};
