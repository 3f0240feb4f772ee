// Counts visits by the visitor's address, to find bots. Nobody ever starts a new day.
"use strict";

const visits = new Map();
const suspects = new Set();
const threshold = 3;

function count(address) {
  const seen = (visits.get(address) ?? 0) + 1;
  visits.set(address, seen);
  if (seen > threshold) suspects.add(address.slice(0, 3));
}

exports.round = (number) => {
  for (let request = 0; request < 900; request++) {
    count(
      request % 3 === 0
        ? `bot-${request % 20}`
        : ["2001", "db8", number.toString(16), request.toString(16)].join(":"),
    );
  }
};
