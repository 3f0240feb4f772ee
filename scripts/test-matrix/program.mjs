// The programs that are captured: a heap with a known number of instances of `Mark`, answers on standard input, and whatever
// the scenario wants besides. Every one says "ready" when it is up, and "answer WORD" for each word that it is asked.

/** Instances of `Mark` in every program, so that a snapshot can be told from that of another program or thread. */
export const MARKS = 1234;

const heap = (objects) => `
class Mark { constructor(number) { this.number = number; } }
class Extra { constructor(number) { this.number = number; this.detail = { text: "detail " + number }; } }
globalThis.marks = Array.from({ length: ${MARKS} }, (_, number) => new Mark(number));
globalThis.extras = Array.from({ length: ${objects} }, (_, number) => new Extra(number));
`;

const answering = `
process.stdin.on("data", (words) => {
  for (const word of String(words).trim().split("\\n")) process.stdout.write("answer " + word + "\\n");
});
`;

const ready = `console.log("ready");`;

/** In CommonJS and in ESM. `objects` of 100,000 make a heap of about 15 MB. */
export function answeringProgram({ objects = 0, before = "" } = {}) {
  return `${heap(objects)}${before}${answering}${ready}`;
}

/** Begins `work`, which does not end, a moment after it is up. */
export function busyProgram(work) {
  return `${heap(0)}${ready}\nsetTimeout(() => { ${work} }, 300); setInterval(() => {}, 1000);`;
}

/** With two workers, of which one has a name, with 11 and 22 instances of their own class. */
export const programWithWorkers = `
const { Worker } = require("node:worker_threads");
const source = "class Crate {} globalThis.kept = Array.from({ length: require('node:worker_threads').workerData }, () => new Crate());" +
  "require('node:worker_threads').parentPort.postMessage('up'); setInterval(() => {}, 1000);";
const workers = [11, 22].map((workerData, index) =>
  new Worker(source, { eval: true, workerData, ...(index === 0 ? {} : { name: "pool" }) }));
let up = 0;
${heap(0)}${answering}
for (const worker of workers) worker.on("message", () => { if (++up === 2) console.log("ready"); });
`;

/** Answers requests, at a port that it says. */
export const serverProgram = `${heap(150_000)}
let served = 0;
const server = require("node:http").createServer((request, response) => response.end(String(++served)));
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => console.log("ready " + server.address().port));
`;

/** Exits as soon as it has stood still for a third of a second. */
export const exitingProgram = `${heap(150_000)}
let last = Date.now();
setInterval(() => { if (Date.now() - last > 330) process.exit(0); last = Date.now(); }, 10);
${ready}`;
