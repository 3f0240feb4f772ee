// Who is shopping. A session ends when its customer has not come back for a while.

class Session {
  constructor(customer) {
    this.customer = customer;
    this.requests = 0;
    this.lastSeen = 0;
  }

  touch() {
    this.requests++;
    this.lastSeen = Date.now();
  }
}

export class SessionStore {
  #sessions = new Map();

  constructor({ timeToLiveMs }) {
    setInterval(() => this.#endIdle(timeToLiveMs), timeToLiveMs / 3).unref();
  }

  open(customer) {
    let session = this.#sessions.get(customer);
    if (session === undefined) this.#sessions.set(customer, (session = new Session(customer)));
    session.touch();
    return session;
  }

  #endIdle(timeToLiveMs) {
    const oldest = Date.now() - timeToLiveMs;
    for (const [customer, session] of this.#sessions) {
      if (session.lastSeen < oldest) this.#sessions.delete(customer);
    }
  }
}
