// A live ticker over WebSockets (ws). The service keeps a Set of viewers of its own, and only adds to it.
"use strict";

const { once } = require("node:events");
const WebSocket = require("ws");

class Viewer {
  constructor(socket, number) {
    this.socket = socket;
    this.number = number;
    this.topics = ["news", "sports"];
  }

  send(text) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }
}

const viewers = new Set();
let connected = 0;
const server = new WebSocket.Server({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket) => {
  const viewer = new Viewer(socket, ++connected);
  viewers.add(viewer);
  viewer.send(`welcome ${viewer.number}`);
});
const listening = once(server, "listening");

exports.round = async () => {
  await listening;
  for (let client = 0; client < 15; client++) {
    const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
    await once(socket, "message");
    socket.close();
    await once(socket, "close");
  }
};
