// Auctions that close at a set time, with node-schedule. Auctions that are sold early keep their job.
"use strict";

const schedule = require("node-schedule");

class Auction {
  constructor(lot, closesAt) {
    this.lot = lot;
    this.bids = [];
    this.isOpen = true;
    this.job = schedule.scheduleJob(closesAt, () => this.close());
  }

  bid(bidder, amount) {
    this.bids.push({ bidder, amount });
    if (amount >= 1000) this.close(); // sold
  }

  close() {
    this.isOpen = false;
  }
}

const inADay = new Date(Date.now() + 24 * 3600 * 1000);

exports.round = (number) => {
  for (let lot = 0; lot < 40; lot++) {
    const auction = new Auction(`${number}/${lot}`, new Date(inADay.getTime() + lot * 60_000));
    auction.bid("first", 100 + lot);
    auction.bid("last", 1000);
  }
};
