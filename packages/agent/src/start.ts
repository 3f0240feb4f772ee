// The two things that index.ts has the rest of the agent for, when there is something to do.

import type { Worker } from "node:worker_threads";
import type * as api from "./api.ts";
import { Refusal } from "./agent-error.ts";
import { startAgent } from "./agent.ts";
import { readSettings } from "./config/settings.ts";
import { writeSnapshot as write } from "./write-snapshot.ts";

/** What happened before the program was there. */
export interface Beginning {
  /** Those that run. */
  readonly workers: ReadonlySet<Worker>;
  /** Stands in for the agent's own listener. */
  readonly onSignal: () => void;
  /** The signal came already. */
  readonly wasSignalled: boolean;
}

/** Never throws: where options are wrong, that is said, and an agent returned which does nothing. */
export function start(options: api.AgentOptions, beginning: Beginning): api.Agent {
  try {
    return startAgent(readSettings(options, process.env, process.cwd()), beginning);
  } catch (error) {
    return idleAgent(misconfigured(error), options);
  }
}

/** As `api.writeSnapshot`. */
export function writeSnapshot(file: string, options: api.AgentOptions): string {
  let settings;
  try {
    settings = readSettings(options, process.env, process.cwd());
  } catch (error) {
    throw misconfigured(error);
  }
  return write(file, settings);
}

function misconfigured(error: unknown): Refusal {
  return new Refusal("bad-options", `@heapscope/agent is not running: ${(error as Error).message}`);
}

/** Says why whenever it is asked, and by the signal, too: it would kill whoever expects a snapshot. */
function idleAgent(reason: Refusal, { signal = "SIGUSR2" }: api.AgentOptions): api.Agent {
  const warn = (): void => process.emitWarning(reason.message, "HeapscopeWarning");
  warn();
  process.on(String(signal), warn);
  return {
    capture: () => Promise.reject(reason),
    status() {
      throw reason;
    },
    // A service goes on without its agent: requests are the service's own.
    handler: () => (_request, response, next) => (next ? next() : void response.writeHead(404).end()),
    koa: () => (_context, next) => next(),
    fastify: () => (_instance, _options, done) => done(),
    async stop() {
      process.off(String(signal), warn);
    },
  };
}
