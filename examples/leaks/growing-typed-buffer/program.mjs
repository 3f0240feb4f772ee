// A recorder of sensor values that doubles its typed array when it is full, and is never cut back.

class Recording {
  #values = new Float64Array(256);
  #length = 0;

  append(value) {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(this.#values.length + 4096);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  mean(last) {
    const from = Math.max(0, this.#length - last);
    let sum = 0;
    for (let at = from; at < this.#length; at++) sum += this.#values[at];
    return sum / (this.#length - from);
  }
}

const recording = new Recording();
const calibration = Array.from({ length: 64 }, (_, index) => 1 + index / 1000);

export function round(number) {
  for (let sample = 0; sample < 8192; sample++) {
    recording.append(Math.sin(sample / 100 + number) * calibration[sample % 64]);
  }
  return recording.mean(100);
}
