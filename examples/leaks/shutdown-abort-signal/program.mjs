// Downloads that end early when the service stops: each listens on one signal that lives as long as the service.

const stopping = new AbortController();

class Download {
  constructor(url, signal) {
    this.url = url;
    this.chunks = [];
    this.aborted = false;
    signal.addEventListener("abort", () => {
      this.aborted = true;
      this.chunks.length = 0;
    });
  }

  async run() {
    for (let part = 0; part < 5; part++) {
      await null;
      this.chunks.push(`part ${part} of ${this.url}`);
    }
    return this.chunks.join("\n").length;
  }
}

let received = 0;

export async function round(number) {
  const running = [];
  for (let file = 0; file < 120; file++) {
    running.push(new Download(`https://files.example/${number}/${file}`, stopping.signal).run());
  }
  for (const length of await Promise.all(running)) received += length;
  return received;
}
