// Temporary folders that are removed when the process ends: each adds a listener to the process, also when it is long gone.

class TemporaryFolder {
  constructor(name) {
    this.name = name;
    this.files = [];
    this.isRemoved = false;
    process.on("exit", () => this.remove());
  }

  write(file, text) {
    this.files.push({ file, size: text.length });
  }

  remove() {
    this.isRemoved = true;
    this.files.length = 0;
  }
}

process.setMaxListeners(0);

export function round(number) {
  for (let job = 0; job < 70; job++) {
    const folder = new TemporaryFolder(`build-${number}-${job}`);
    folder.write("out.js", "x".repeat(job));
    folder.remove();
  }
}
