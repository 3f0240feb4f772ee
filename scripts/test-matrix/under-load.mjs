// A capture of a server that is busy: four connections ask without end, and nobody is refused, forgotten, or kept waiting for
// longer than the command says that the process stood still.

import assert from "node:assert/strict";
import http from "node:http";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Captures `subject`, a `serverProgram`, meanwhile. Returns what the command said. */
export async function captureUnderLoad(stage, subject) {
  const port = Number((await subject.waitFor((line) => line.startsWith("ready"))).split(" ")[1]);
  const load = new Load(port);
  await sleep(1000);
  const usual = load.takeLongestGap();
  const result = await stage.expectCaptured(await stage.capture(subject));
  const { pauseMs } = result;
  const gap = load.takeLongestGap();
  await sleep(1000);
  const answered = load.count;
  await sleep(1000);
  await load.end();
  assert.ok(load.count > answered, "nothing is answered afterwards");
  assert.equal(load.failures, 0);
  // Nobody waited longer than was reported, but for what the machine adds.
  assert.ok(
    Math.abs(gap - pauseMs) < 0.4 * pauseMs + usual + 250,
    `nothing was answered for ${Math.round(gap)} ms, and ${Math.round(pauseMs)} ms were reported`,
  );
  assert.deepEqual(subject.look().ports, [port]);
  return result;
}

/** Requests without end, over four connections. */
class Load {
  count = 0;
  failures = 0;
  #longestGap = 0;
  #last = performance.now();
  #agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  #isEnding = false;
  #workers;

  constructor(port) {
    this.#workers = Array.from({ length: 4 }, () => this.#work(port));
  }

  /** Longest time without an answer, milliseconds, since this was called last. */
  takeLongestGap() {
    const gap = this.#longestGap;
    this.#longestGap = 0;
    return gap;
  }

  async end() {
    this.#isEnding = true;
    await Promise.all(this.#workers);
    this.#agent.destroy();
  }

  async #work(port) {
    while (!this.#isEnding) {
      try {
        const request = http.get({ host: "127.0.0.1", port, agent: this.#agent });
        const [response] = await once(request, "response");
        response.resume();
        await once(response, "end");
        this.count++;
        this.#longestGap = Math.max(this.#longestGap, performance.now() - this.#last);
        this.#last = performance.now();
      } catch {
        this.failures++;
      }
      await sleep(2);
    }
  }
}
