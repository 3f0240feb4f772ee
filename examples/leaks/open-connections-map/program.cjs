// A line protocol over TCP. Every connection gets a peer in a table; the peer is removed on "error", but not on "close".
"use strict";

const net = require("node:net");
const { once } = require("node:events");

class Peer {
  constructor(number, socket) {
    this.number = number;
    this.socket = socket;
    this.lines = 0;
    this.partial = "";
  }

  receive(text) {
    const lines = (this.partial + text).split("\n");
    this.partial = lines.pop();
    for (const line of lines) {
      this.lines++;
      this.socket.write(`${line.toUpperCase()}\n`);
    }
  }
}

const peers = new Map();
let accepted = 0;

const server = net.createServer((socket) => {
  const peer = new Peer(++accepted, socket);
  peers.set(peer.number, peer);
  socket.setEncoding("utf8");
  socket.on("data", (text) => peer.receive(text));
  socket.on("error", () => peers.delete(peer.number));
});
const listening = once(server.listen(0, "127.0.0.1"), "listening");

async function talk(port, words) {
  const socket = net.connect(port, "127.0.0.1").setEncoding("utf8");
  socket.write(`${words}\n`);
  await once(socket, "data");
  socket.end();
  await once(socket, "close");
}

exports.round = async (number) => {
  await listening;
  const { port } = server.address();
  for (let client = 0; client < 40; client++) await talk(port, `hello ${number} ${client}`);
};
