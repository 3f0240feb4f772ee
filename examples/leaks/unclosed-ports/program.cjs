// Parallel parsing over message channels. The answering end is closed after use, the asking one is kept by its listener.
"use strict";

const { MessageChannel } = require("node:worker_threads");
const { setImmediate } = require("node:timers/promises");

class Conversation {
  constructor(topic) {
    const { port1, port2 } = new MessageChannel();
    this.topic = topic;
    this.answers = [];
    this.port = port1;
    this.other = port2;
    port1.on("message", (answer) => this.answers.push(answer));
    port2.on("message", (question) => port2.postMessage({ question, words: question.split(" ").length }));
  }

  ask(question) {
    this.port.postMessage(question);
  }

  end() {
    this.port.unref(); // does not keep the process alive; that is not closed
    this.other.unref();
  }
}

let asked = 0;

exports.round = async (number) => {
  for (let call = 0; call < 25; call++) {
    const conversation = new Conversation(`topic ${call}`);
    conversation.ask(`what about number ${number} of ${asked++}`);
    await setImmediate();
    await setImmediate();
    conversation.end();
  }
};
