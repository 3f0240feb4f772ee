// A WebSocket service (ws) whose viewers come and go, and are taken out of the Set when they go.
"use strict";

const { once } = require("node:events");
const WebSocket = require("ws");

class Viewer {
  constructor(socket) {
    this.socket = socket;
    this.sent = 0;
  }

  send(text) {
    this.sent++;
    this.socket.send(text);
  }
}

const viewers = new Set();
const server = new WebSocket.Server({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket) => {
  const viewer = new Viewer(socket);
  viewers.add(viewer);
  socket.on("close", () => viewers.delete(viewer));
  viewer.send("welcome");
});
const listening = once(server, "listening");

const regulars = []; // two who stay

async function connect() {
  const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
  await once(socket, "message");
  return socket;
}

exports.round = async () => {
  await listening;
  while (regulars.length < 2) regulars.push(await connect());
  for (let client = 0; client < 15; client++) {
    const socket = await connect();
    socket.close();
    await once(socket, "close");
  }
};
