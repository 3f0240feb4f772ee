// Native-like images with a finalizer that frees them. The value held for the finalizer refers to the image itself.
"use strict";

class Image {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.rows = Array.from({ length: height }, (_, row) => new Array(width).fill(row + 0.25));
  }

  average() {
    let sum = 0;
    for (const row of this.rows) for (const value of row) sum += value;
    return sum / (this.width * this.height);
  }
}

let allocated = 0;
const freed = new FinalizationRegistry((allocation) => {
  allocated -= allocation.bytes;
});

function decode(seed) {
  const image = new Image(10 + (seed % 4), 10);
  const bytes = image.width * image.height * 8;
  allocated += bytes;
  freed.register(image, { bytes, free: () => image.rows.splice(0) });
  return image;
}

exports.round = (number) => {
  let brightest = 0;
  for (let image = 0; image < 100; image++) brightest = Math.max(brightest, decode(number + image).average());
  return brightest;
};
