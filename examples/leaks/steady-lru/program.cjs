// A thumbnail cache with a limit. It has been full for long; new pictures push the oldest out.
"use strict";

class Thumbnail {
  constructor(picture) {
    this.picture = picture;
    this.pixels = Buffer.alloc(64 + Math.floor(Math.random() * 256), picture % 256);
    this.madeAt = Date.now();
  }
}

class ThumbnailCache {
  #entries = new Map();

  constructor(limit) {
    this.limit = limit;
  }

  get(picture) {
    let entry = this.#entries.get(picture);
    if (entry !== undefined) this.#entries.delete(picture);
    else entry = new Thumbnail(picture);
    this.#entries.set(picture, entry);
    if (this.#entries.size > this.limit) this.#entries.delete(this.#entries.keys().next().value);
    return entry;
  }
}

const thumbnails = new ThumbnailCache(400);

exports.round = (number) => {
  for (let request = 0; request < 500; request++) {
    thumbnails.get(request % 4 === 0 ? request % 100 : number * 1000 + request);
  }
};
