// What the tests of this example are about: sessions that expire by a clock that all of them listen to.

const { EventEmitter } = require("node:events");

class Session {
  constructor(user) {
    this.user = user;
    this.openedAt = Date.now();
    this.messages = new Array(100).fill("");
  }
}

class SessionStore {
  constructor(clock = new EventEmitter()) {
    this.clock = clock.setMaxListeners(0);
    this.sessions = new Map();
  }

  open(user) {
    const session = new Session(user);
    const expire = (now) => {
      if (now - session.openedAt > 3_600_000) this.close(session);
    };
    this.clock.on("tick", expire);
    this.sessions.set(session, expire);
    return session;
  }

  close(session) {
    this.clock.off("tick", this.sessions.get(session));
    this.sessions.delete(session);
  }
}

/** With the fault that this kind of code often has: the clock goes on calling, and so holding, what is closed. */
class ForgetfulStore extends SessionStore {
  close(session) {
    this.sessions.delete(session);
  }
}

module.exports = { ForgetfulStore, Session, SessionStore };
