// Jobs that wait for one event each with once(), and a listener that is removed again by a signal.

import { EventEmitter, once } from "node:events";

class Elevator extends EventEmitter {
  floor = 0;

  moveTo(floor) {
    this.floor = floor;
    this.emit(`floor-${floor}`, { at: performance.now(), floor });
    this.emit("moved", floor);
  }
}

const elevator = new Elevator();
elevator.setMaxListeners(500);
const visits = new Uint32Array(20);

async function ride(passenger, floor) {
  const leave = new AbortController();
  const seen = [];
  const onMoved = (at) => seen.push(at);
  elevator.on("moved", onMoved);
  const [{ floor: arrived }] = await once(elevator, `floor-${floor}`, { signal: leave.signal });
  elevator.off("moved", onMoved);
  visits[arrived]++;
  return { passenger, stops: seen.length };
}

export async function round() {
  for (let trip = 0; trip < 5; trip++) {
    const riders = Array.from({ length: 40 }, (_, passenger) => ride(passenger, passenger % 20));
    for (let floor = 0; floor < 20; floor++) elevator.moveTo(floor);
    await Promise.all(riders);
  }
}
