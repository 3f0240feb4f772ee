// Particles that are reused: a free list that grows to the largest number that were ever in use at once.
"use strict";

class Particle {
  constructor() {
    this.x = 0.5;
    this.y = 0.5;
    this.next = null;
  }
}

let free = null;
const allocated = { particles: 0 };

function take(x, y) {
  let particle = free;
  if (particle === null) {
    particle = new Particle();
    allocated.particles++;
  } else free = particle.next;
  particle.x = x + 0.25;
  particle.y = y + 0.25;
  particle.next = null;
  return particle;
}

function giveBack(particle) {
  particle.next = free;
  free = particle;
}

exports.round = (number) => {
  const peak = [200, 500, 350, 620, 480, 640][number % 6];
  const flying = [];
  for (let index = 0; index < peak; index++) flying.push(take(index, number));
  for (const particle of flying) giveBack(particle);
};
