// `heapscope/testing` as tests use it: the built package, in the runners that people have. The example's own tests run, and
// one more file, in which the runner itself keeps as much as it can. jest is not among the dependencies of this
// repository: `node scripts/testing-jest.mjs` fetches it and does the same.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCommand, type BuiltCommand } from "./built-command.ts";

const repository = join(import.meta.dirname, "../../../..");
const vitest = join(repository, "node_modules", "vitest", "vitest.mjs");

let command: BuiltCommand;
let project: string;
let temporary: string;
beforeAll(() => {
  command = buildCommand();
  project = join(command.folder, "project");
  temporary = join(command.folder, "temporary");
  fs.mkdirSync(temporary);
  fs.cpSync(join(repository, "examples", "testing"), project, { recursive: true });
  fs.mkdirSync(join(project, "node_modules"));
  fs.symlinkSync(dirname(dirname(command.file)), join(project, "node_modules", "heapscope"), "junction");
  fs.symlinkSync(
    join(repository, "node_modules", "vitest"),
    join(project, "node_modules", "vitest"),
    "junction",
  );
  fs.writeFileSync(join(project, "noise.vitest.test.mjs"), noise);
});
afterAll(() => command.remove());

/** What the runner keeps of a function must not be taken for its leak; what the function leaks besides must be found. */
const noise = `
  import { expectNoLeak } from "heapscope/testing";
  import { expect, test, vi } from "vitest";
  class Session { payload = new Array(20).fill(0); }
  export const cache = [];
  const spy = vi.fn();
  const noise = async (session) => {
    console.log("opened", session);
    spy(session);
    vi.fn()(1);
    expect(session.payload).toHaveLength(20);
    await expect(Promise.resolve(1)).resolves.toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
  };
  test("noise", { timeout: 60_000 }, async () => await expectNoLeak(() => noise(new Session())));
  test("noise and a leak", { timeout: 60_000 }, async () => {
    const leaky = async () => { const session = new Session(); await noise(session); cache.push(session); };
    await expect(expectNoLeak(leaky)).rejects.toThrow("60 Session objects");
  });
  test("fake timers", { timeout: 60_000 }, async () => {
    vi.useFakeTimers();
    await expectNoLeak(() => {}, { rounds: 2, timeoutMs: 50_000 });
    vi.useRealTimers();
  });
`;

function run(program: string, ...words: string[]) {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: project,
    encoding: "utf8",
    env: { PATH, TMPDIR: temporary, NO_COLOR: "1" },
  });
  return { code: status, output: stdout + stderr };
}

/** Runs a script that has the library's functions, and returns what it prints as JSON. */
function evaluate(script: string, environment: Readonly<Record<string, string>> = {}): unknown {
  const file = join(project, "script.mjs");
  fs.writeFileSync(file, `import { countObjects, expectNoLeak } from "heapscope/testing";\n${script}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], TMPDIR: temporary, ...environment },
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("expectNoLeak", () => {
  it.each(["threads", "forks"])("tells leaks from the runner's own growth in vitest's %s", (pool) => {
    const { code, output } = run(vitest, "run", "--root", ".", "--pool", pool, "vitest.test");
    expect(code, output).toBe(0);
    expect(output).toContain("5 passed");
    expect(fs.readdirSync(temporary).filter((name) => name.startsWith("heapscope-"))).toEqual([]);
  });

  it("works in node:test", () => {
    const { code, output } = run("--test", "sessions.node.test.mjs");
    expect(code, output).toBe(0);
    expect(output).toMatch(/pass 2\b/);
  });

  it("fails with the suspect, its growth, its path and its place, at the line of the test", () => {
    const failure = evaluate(`
      import { ForgetfulStore } from "./session-store.js";
      const store = new ForgetfulStore();
      const keepSnapshots = "kept";
      const error = await expectNoLeak(() => store.close(store.open("anna")), { keepSnapshots }).catch((error) => error);
      const { name, message, stack, suspects, snapshots } = error;
      console.log(JSON.stringify({ name, message, stack, suspects, snapshots, keys: Object.keys(error) }));
    `) as Record<string, string> & { suspects: { signature: string }[]; snapshots: string[] };
    expect(failure).toMatchObject({ name: "LeakError", keys: [] });
    expect(failure["message"]).toMatch(
      /^The heap grows with each round of 20 calls\.\n\nLeak: 60 Session objects in listeners of 'tick'.*, \+20 per round, \+[\d.]+ kB each round\n {2}held by .*\.clock › listeners of 'tick'.*\n {2}through .*\n {2}created {3}session-store\.js:6:14/,
    );
    expect(failure["message"]).toContain(`signature ${failure.suspects[0]!.signature}`);
    expect(failure["stack"]).toMatch(/\n {4}at .*script\.mjs:6:\d+/);
    expect(failure.snapshots).toHaveLength(4);
    for (const file of failure.snapshots) expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    expect(failure["message"]).toContain(`heapscope path ${failure.snapshots[3]} @`);
  });

  it("lets pass what is accepted, and growth below the tolerance", () => {
    const passed = evaluate(`
      class Session {}
      const list = [];
      const leak = () => list.push(new Session());
      const measure = (options) => expectNoLeak(leak, { rounds: 2, ...options }).then(() => true, (error) => error.suspects[0].signature);
      const signature = await measure({});
      console.log(JSON.stringify([
        typeof signature,
        await measure({ ignore: [signature] }),
        await measure({ ignore: ["Session"] }),
        await measure({ tolerance: 200 }),
        await measure({ ignore: ["Order"], tolerance: 1 }) === signature,
      ]));
    `);
    expect(passed).toEqual(["string", true, true, true, true]);
  });

  it("throws on what the function throws, and refuses what would not measure", () => {
    const messages = evaluate(`
      const tell = (promise) => promise.then(() => "passed", ({ name, message }) => name + ": " + message);
      let calls = 0;
      console.log(JSON.stringify([
        await tell(expectNoLeak(() => { if (++calls === 30) throw new RangeError("my own"); })),
        await tell(expectNoLeak(() => expectNoLeak(() => {}))),
        ...(await Promise.all([expectNoLeak(() => {}, { rounds: 2 }), expectNoLeak(() => {})].map(tell))),
        await tell(expectNoLeak(42)),
        await tell(expectNoLeak(() => {}, { round: 2 })),
        await tell(expectNoLeak(() => {}, { rounds: 1 })),
        await tell(expectNoLeak(() => {}, { keep: ["everything"] })),
        await tell(expectNoLeak(() => new Promise((resolve) => setTimeout(resolve, 20)), { timeoutMs: 200 })),
        await tell(expectNoLeak(() => {}, { signal: AbortSignal.abort(new Error("enough")) })),
      ]));
    `) as string[];
    expect(messages).toEqual([
      "RangeError: my own",
      expect.stringMatching(/^Error: expectNoLeak is already measuring in this thread/),
      "passed",
      expect.stringMatching(/^Error: expectNoLeak is already measuring in this thread/),
      "TypeError: expectNoLeak: give the function that is to be called again and again.",
      expect.stringMatching(
        /^TypeError: expectNoLeak: there is no option round; there are rounds, perRound,/,
      ),
      "RangeError: expectNoLeak: rounds must be a whole number of at least 2: one round cannot tell whether growth goes on.",
      expect.stringMatching(/^Error: heapscope\/testing: keep: 'everything' is no rule; there are code,/),
      expect.stringMatching(/^Error: expectNoLeak has taken longer than the 200 ms of its timeoutMs/),
      "Error: enough",
    ]);
    expect(fs.readdirSync(temporary).filter((name) => name.startsWith("heapscope-"))).toEqual([]);
  });

  it("says where it cannot write", () => {
    const message = evaluate(
      "console.log(JSON.stringify(await expectNoLeak(() => {}).catch(({ message }) => message)));",
      { TMPDIR: join(project, "nowhere") },
    );
    expect(message).toMatch(
      /^heapscope\/testing cannot write snapshots to .*nowhere \(ENOENT\); make room there/,
    );
  });

  it("opens no port", () => {
    const url = evaluate(`
      import inspector from "node:inspector";
      const urls = new Set();
      await expectNoLeak(() => urls.add(String(inspector.url())), { rounds: 2 });
      console.log(JSON.stringify([...urls]));
    `);
    expect(url).toEqual(["undefined"]);
  });
});

describe("countObjects", () => {
  it("counts live instances by class, those of subclasses included, and by name without them", () => {
    const counts = evaluate(`
      import vm from "node:vm";
      class Session {}
      class UserSession extends Session {}
      globalThis.kept = [new Session(), new Session(), new UserSession(), UserSession];
      new Session(); // garbage
      const Foreign = vm.runInNewContext("class Foreign {}; globalThis.kept = new Foreign(); Foreign");
      const before = [await countObjects(Session), await countObjects(UserSession), await countObjects(Foreign)];
      const named = [await countObjects("Session"), await countObjects("UserSession"), await countObjects("Order")];
      kept.length = 1;
      console.log(JSON.stringify({ before, named, after: await countObjects(Session) }));
    `);
    expect(counts).toEqual({ before: [3, 1, 1], named: [2, 1, 0], after: 1 });
  });

  it("refuses what is neither", () => {
    const messages = evaluate(
      `const tell = ({ message }) => message;
      console.log(JSON.stringify([await countObjects(3).catch(tell), await countObjects(() => {}).catch(tell)]));`,
    );
    const sentence = "countObjects: give a class, or the name of one as a string.";
    expect(messages).toEqual([sentence, sentence]);
  });
});
