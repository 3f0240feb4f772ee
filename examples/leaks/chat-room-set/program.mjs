// A chat relay. Every visitor who joins a room is a member of it; leaving is handled only for the lobby.

class Member {
  #inbox = [];

  constructor(nickname, room) {
    this.nickname = nickname;
    this.room = room;
    this.joinedAt = performance.now();
  }

  deliver(text) {
    this.#inbox.push(text);
    if (this.#inbox.length > 3) this.#inbox.shift();
  }
}

class Room {
  members = new Set();

  constructor(topic) {
    this.topic = topic;
  }

  join(nickname) {
    const member = new Member(nickname, this);
    this.members.add(member);
    return member;
  }

  leave(member) {
    if (this.topic === "lobby") this.members.delete(member);
  }

  say(text) {
    let delivered = 0;
    for (const member of this.members) {
      member.deliver(text);
      if (++delivered === 20) break;
    }
  }
}

const rooms = new Map(["lobby", "help", "random"].map((topic) => [topic, new Room(topic)]));

export function round(number) {
  for (const room of rooms.values()) {
    for (let visitor = 0; visitor < 120; visitor++) {
      const member = room.join(`guest-${number}-${visitor}`);
      if (visitor % 30 === 0) room.say(`hello from ${member.nickname}`);
      room.leave(member);
    }
  }
}
