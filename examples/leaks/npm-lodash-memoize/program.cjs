// Signed addresses of pictures, memoized with lodash by an address that holds a time stamp.
"use strict";

const crypto = require("node:crypto");
const memoize = require("lodash.memoize");

const secret = crypto.createHash("sha256").update("example").digest();

class SignedAddress {
  constructor(address) {
    this.address = address;
    this.signature = crypto.createHmac("sha256", secret).update(address).digest("hex");
  }

  toString() {
    return `${this.address}&signature=${this.signature}`;
  }
}

const sign = memoize((address) => new SignedAddress(address));
const sizeName = memoize((width) => (width < 200 ? "small" : "large"));
let clock = 1_700_000_000;

exports.round = () => {
  let length = 0;
  for (let picture = 0; picture < 200; picture++) {
    const width = 100 * (1 + (picture % 3));
    length += sign(`/pictures/${picture}?size=${sizeName(width)}&expires=${clock++}`).toString().length;
  }
  return length;
};
