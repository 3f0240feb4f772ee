// A login service. Sessions are looked up by token; logging out is the client's affair, and most clients just go away.
"use strict";

const crypto = require("node:crypto");

class Session {
  constructor(user, token) {
    this.user = user;
    this.token = token;
    this.openedAt = Date.now();
    this.permissions = ["read", user.isAdmin ? "write" : "comment"];
  }
}

const users = Array.from({ length: 200 }, (_, id) => ({ id, name: `user-${id}`, isAdmin: id % 50 === 0 }));
const sessions = new Map();
const recentLogins = []; // the last 50, for the status page

function login(user) {
  const session = new Session(user, crypto.randomBytes(16).toString("hex"));
  sessions.set(session.token, session);
  recentLogins.push(user.name);
  if (recentLogins.length > 50) recentLogins.shift();
  return session;
}

function logout(token) {
  sessions.delete(token);
}

exports.round = () => {
  for (let request = 0; request < 500; request++) {
    const session = login(users[request % users.length]);
    if (request % 5 === 0) logout(session.token);
  }
};
