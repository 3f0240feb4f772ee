// Weather by place in node-cache with a short time to live and a check that deletes what has expired.
"use strict";

const NodeCache = require("node-cache");

class Forecast {
  constructor(place) {
    this.place = place;
    this.hours = Array.from({ length: 24 }, (_, hour) => 10 + Math.random() * hour);
  }
}

const forecasts = new NodeCache({ stdTTL: 0.2, checkperiod: 0.1, useClones: false });

exports.round = async (number) => {
  for (let request = 0; request < 200; request++) {
    const place = `place ${number}:${request % 120}`;
    if (forecasts.get(place) === undefined) forecasts.set(place, new Forecast(place));
  }
  await new Promise((resolve) => setTimeout(resolve, 30));
};
