// A game server. Players listen to the world with eventemitter3; on leaving they remove a listener that is another function.
"use strict";

const EventEmitter = require("eventemitter3");

class World extends EventEmitter {
  constructor() {
    super();
    this.ticks = 0;
    this.map = Array.from({ length: 30 }, (_, y) => new Uint8Array(30).fill(y));
  }

  tick() {
    this.emit("tick", ++this.ticks);
  }
}

class Player {
  constructor(name, world) {
    this.name = name;
    this.position = { x: 0, y: 0 };
    this.inventory = ["torch", "rope"];
    this.world = world;
    world.on("tick", this.move.bind(this));
  }

  move(tick) {
    this.position.x = (this.position.x + tick) % 30;
  }

  leave() {
    this.world.off("tick", this.move.bind(this));
  }
}

const world = new World();

exports.round = (number) => {
  const players = Array.from({ length: 90 }, (_, index) => new Player(`player ${number}.${index}`, world));
  world.tick();
  for (const player of players) player.leave();
};
