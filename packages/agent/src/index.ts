// What `require("@heapscope/agent")` gives: the little that has to be there at once. The agent itself is unpacked a moment
// after the start, or when it is first asked for something, so that neither a service's start nor a short script pays for it.
//
// What happens before that is not lost: workers are noted, and the signal, which would kill, is kept.
//
// Cost: 1 ms to load and start; 10 ms later, once.

import type { Worker } from "node:worker_threads";
import type * as api from "./api.ts";
import { unpack } from "./unpack.ts";

const AFTER_START_MS = 50;

let agent: api.Agent | undefined;
/** What the last `start` was called with. */
let given: api.AgentOptions = {};

export const start: typeof api.start = (options = {}) => {
  void agent?.stop();
  given = options;
  return (agent = prepare(options));
};

export const capture: typeof api.capture = (request) =>
  (agent ?? start({ signal: false, control: false })).capture(request);

export const writeSnapshot: typeof api.writeSnapshot = (file) => unpack().writeSnapshot(file, given);

export const stop: typeof api.stop = async () => {
  await agent?.stop();
  agent = undefined;
};

function prepare(options: api.AgentOptions): api.Agent {
  const workers = new Set<Worker>();
  const onWorker = (worker: Worker): void => {
    workers.add(worker);
    worker.once("exit", () => workers.delete(worker));
  };
  let wasSignalled = false;
  const onSignal = (): void => {
    wasSignalled = true;
    wake();
  };
  // A guess, for the moment; what is no signal is an event that nobody emits.
  const signal = String(options.signal ?? process.env["HEAPSCOPE_SIGNAL"] ?? "SIGUSR2");
  try {
    process.on(signal, onSignal);
  } catch {
    // There are signals that nobody can have.
  }
  process.on("worker", onWorker);
  let awake: api.Agent | undefined;
  let isStopped = false;
  const sleepNoMore = (): void => {
    clearTimeout(timer);
    process.off("worker", onWorker).off(signal, onSignal);
  };
  const wake = (): api.Agent => {
    if (awake === undefined) {
      awake = unpack().start(options, { workers, onSignal, wasSignalled });
      sleepNoMore();
      if (isStopped) void awake.stop();
    }
    return awake;
  };
  const timer = setTimeout(wake, AFTER_START_MS).unref();
  return {
    capture: (request) => wake().capture(request),
    status: () => wake().status(),
    handler: () => wake().handler(),
    koa: () => wake().koa(),
    fastify: () => wake().fastify(),
    async stop() {
      isStopped = true;
      sleepNoMore();
      await awake?.stop();
    },
  };
}
