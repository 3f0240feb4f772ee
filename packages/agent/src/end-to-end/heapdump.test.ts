// The drop-in, by the documented uses of the package `heapdump`.

import fs from "node:fs";
import path from "node:path";
import { openFile } from "@heapscope/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installAgent, type AgentFolder, type Service } from "./built-agent.ts";

let agent: AgentFolder;
beforeAll(() => void (agent = installAgent()));
afterAll(() => agent.remove());

let scripts = 0;
/** Runs text with `heapdump` in it, in the agent's folder. */
function run(text: string, environment: Record<string, string> = {}): Service {
  const script = agent.write(
    `heapdump-${(scripts += 1)}.cjs`,
    `const heapdump = require("@heapscope/agent/heapdump"); ${text}`,
  );
  return agent.start({ script, flags: [], environment });
}
const inFolder = (pattern: RegExp): string[] =>
  fs.readdirSync(agent.folder).filter((name) => pattern.test(name));

describe("heapdump", () => {
  it("writes to a file, at once", async () => {
    const file = path.join(agent.folder, "own-name.heapsnapshot");
    const service = run(
      `const result = heapdump.writeSnapshot(${JSON.stringify(file)}); console.log(result, require("node:fs").existsSync(${JSON.stringify(file)}));`,
    );
    expect(await service.ended).toBe(0);
    expect(service.stdout).toEqual([`${file} true`]);
    expect((await openFile(file)).graph.nodeCount).toBeGreaterThan(10_000);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(fs.existsSync(`${file}.json`)).toBe(false);
  });

  it("makes up a name in the working directory, and tells the callback before it returns", async () => {
    const service = run(
      "let calls = 0; heapdump.writeSnapshot((error, filename) => { calls += 1; console.log(error, filename); }); console.log(calls);",
    );
    expect(await service.ended).toBe(0);
    const [line, calls] = service.stdout;
    expect(line).toMatch(/^null heapdump-\d+\.\d+\.heapsnapshot$/);
    expect(calls).toBe("1");
    expect((await openFile(path.join(agent.folder, line!.split(" ")[1]!))).graph.nodeCount).toBeGreaterThan(
      10_000,
    );
  });

  it("tells the callback what went wrong, and throws nothing", async () => {
    const file = agent.write("no-folder", "");
    const service = run(
      `let calls = 0; console.log(heapdump.writeSnapshot(${JSON.stringify(`${file}/x.heapsnapshot`)}, (error) => { calls += 1; console.log(error.message); }), calls, heapdump.writeSnapshot(${JSON.stringify(`${file}/x.heapsnapshot`)}));`,
    );
    expect(await service.ended).toBe(0);
    expect(service.stdout[0]).toMatch(
      /^heapdump write error: x\.heapsnapshot could not be written to .*no-folder: /,
    );
    expect(service.stdout[1]).toBe("false 1 false");
  });

  it("replaces a file that is there, and leaves it alone when it fails", async () => {
    const file = agent.write("again.heapsnapshot", "old");
    const service = run(`heapdump.writeSnapshot(${JSON.stringify(file)});`);
    expect(await service.ended).toBe(0);
    expect((await openFile(file)).graph.nodeCount).toBeGreaterThan(10_000);
  });

  it("writes on SIGUSR2 into the working directory, beside the agent's own use of it", async () => {
    const before = inFolder(/^heapdump-.*snapshot$/).length;
    const service = run(
      'require("@heapscope/agent").start(); console.log("up"); setInterval(() => {}, 1000);',
    );
    await service.line("up");
    expect((await service.event("heapscope.agent.warning")).message).toContain(
      "SIGUSR2 is handled by the service",
    );
    service.kill("SIGUSR2");
    await expect.poll(() => inFolder(/^heapdump-.*snapshot$/).length, { timeout: 20_000 }).toBe(before + 1);
    service.kill("SIGKILL");
  });

  it("leaves SIGUSR2 alone with NODE_HEAPDUMP_OPTIONS=nosignal", async () => {
    const service = run('console.log("up"); setInterval(() => {}, 1000);', {
      NODE_HEAPDUMP_OPTIONS: "nosignal",
    });
    await service.line("up");
    service.kill("SIGUSR2");
    expect(await service.ended).toBe("SIGUSR2");
  });

  it("redacts as the environment says", async () => {
    const file = path.join(agent.folder, "redacted.heapsnapshot");
    const secret = ["sk", "live", "4eC39HqLyjWDarjtT1zdp7dc"].join("_");
    const service = run(
      `globalThis.kept = { secret: ["sk", "live", "4eC39HqLyjWDarjtT1zdp7dc"].join("_") }; heapdump.writeSnapshot(${JSON.stringify(file)});`,
      { HEAPSCOPE_REDACT: "strings" },
    );
    expect(await service.ended).toBe(0);
    const text = fs.readFileSync(file, "latin1");
    expect(text).not.toContain(secret);
    expect(text).toContain("secret");
  });
});
