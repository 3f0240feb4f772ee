// Server-sent events: each client waits in a loop for news of its topic. Clients leave, loops wait on.

import { EventEmitter, on } from "node:events";

class Client {
  constructor(id, topic) {
    this.id = id;
    this.topic = topic;
    this.buffer = new Array(16).fill("");
    this.isConnected = true;
  }

  send(text) {
    this.buffer[text.length % 16] = text;
  }
}

const news = new EventEmitter();
news.setMaxListeners(0);

async function serve(client) {
  for await (const [text] of on(news, client.topic)) {
    if (!client.isConnected) return; // noticed with the next piece of news only
    client.send(text);
  }
}

export async function round(number) {
  for (let visitor = 0; visitor < 60; visitor++) {
    const client = new Client(`${number}-${visitor}`, visitor % 2 ? "weather" : "eclipse"); // news of eclipses are rare
    void serve(client);
    client.isConnected = false;
  }
  news.emit("weather", `sunny at ${number}`);
  await new Promise((resolve) => setImmediate(resolve));
}
