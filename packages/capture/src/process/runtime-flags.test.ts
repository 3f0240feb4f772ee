import { constants } from "node:os";
import { expect, test } from "vitest";
import type { Runtime } from "./executable.ts";
import { readRuntimeFlags } from "./runtime-flags.ts";
import { splitArguments } from "./split-arguments.ts";

const flagsOf = (line: string, runtime: Runtime = "node"): ReturnType<typeof readRuntimeFlags> =>
  readRuntimeFlags(runtime, splitArguments(runtime, line.split(" ")).options);

test("options end where the program begins", () => {
  expect(splitArguments("node", "--inspect -r ./trace.js server.js --inspect-port=1".split(" "))).toEqual({
    options: ["--inspect", "-r=./trace.js"],
    program: ["server.js", "--inspect-port=1"],
  });
  expect(splitArguments("node", ["--", "-x.js"])).toEqual({ options: [], program: ["-x.js"] });
  expect(splitArguments("node", ["-"])).toEqual({ options: [], program: ["-"] });
  expect(splitArguments("node", ["-e", "run()", "--inspect=0", "word"])).toEqual({
    options: ["--inspect=0"],
    program: ["-e", "run()", "word"],
  });
  expect(splitArguments("deno", "run -A --config d.json main.ts".split(" "))).toEqual({
    options: ["-A", "--config=d.json"],
    program: ["run", "main.ts"],
  });
});

test.each([
  ["--inspect", undefined, undefined],
  ["--inspect=0", undefined, 0],
  ["--inspect=9300", undefined, 9300],
  ["--inspect-brk=0.0.0.0:9301", "0.0.0.0", 9301],
  ["--inspect=[::1]:9302", "::1", 9302],
  ["--inspect=[::1]", "::1", undefined],
  ["--inspect-wait=app.internal", "app.internal", undefined],
  ["--inspect-port 9303", undefined, 9303],
  ["--debug-port=9304", undefined, 9304],
  ["--inspect=localhost:9305 --inspect-port=9306", "localhost", 9306],
  ["--inspect=99999", undefined, undefined],
  ["app.js --inspect=9307", undefined, undefined],
])("%s: address %s, port %s", (line, address, port) => {
  expect(flagsOf(line).inspector).toMatchObject({ address, port });
});

test("a browser's port is the one for remote debugging", () => {
  expect(flagsOf("--headless --remote-debugging-port=9333 about:blank", "chromium").inspector.port).toBe(
    9333,
  );
});

test("what forbids or hides the inspector is seen", () => {
  expect(flagsOf("app.js").inspector).toMatchObject({
    disabledSigusr1: false,
    permission: false,
    publishesHttp: true,
  });
  expect(flagsOf("--disable-sigusr1 --inspect-publish-uid=stderr app.js").inspector).toMatchObject({
    disabledSigusr1: true,
    publishesHttp: false,
  });
  expect(flagsOf("--inspect-publish-uid=stderr,http app.js").inspector.publishesHttp).toBe(true);
  const { inspector, writablePaths } = flagsOf(
    "--permission --allow-fs-write=/a,/b --allow-fs-write=/c app.js",
  );
  expect(inspector.permission).toBe(true);
  expect(writablePaths).toEqual(["/a", "/b", "/c"]);
  expect(flagsOf("--experimental-permission app.js").inspector.permission).toBe(true);
});

test.each([
  ["--max-old-space-size=512", 512 * 1024 * 1024],
  ["--max_old_space_size=100", 100 * 1024 * 1024],
  ["--max-old-space-size=100 --max-old-space-size=200", 200 * 1024 * 1024],
  ["--max-old-space-size=0", undefined],
  ["app.js --max-old-space-size=512", undefined],
  // V8's flags have no word of their own as a value: 512 is the program here.
  ["--max-old-space-size 512", undefined],
])("%s: a heap of %s", (line, limit) => {
  expect(flagsOf(line).heapLimit).toBe(limit);
});

test("Deno has V8's flags in one of its own", () => {
  expect(flagsOf("run --v8-flags=--expose-gc,--max-old-space-size=300 app.ts", "deno").heapLimit).toBe(
    300 * 1024 * 1024,
  );
});

test("signals that write files are known by name and number", () => {
  const { SIGUSR1, SIGUSR2 } = constants.signals;
  const flags = flagsOf("--heapsnapshot-signal SIGUSR2 --diagnostic-dir /tmp/d app.js");
  expect(flags.heapSnapshotSignal).toEqual({ name: "SIGUSR2", number: SIGUSR2 });
  expect(flags.diagnosticFolder).toBe("/tmp/d");
  expect(flags.reportSignal).toBeUndefined();
  expect(flagsOf("--report-on-signal app.js").reportSignal).toEqual({ name: "SIGUSR2", number: SIGUSR2 });
  expect(flagsOf("--report-on-signal --report-signal=SIGUSR1 app.js").reportSignal).toEqual({
    name: "SIGUSR1",
    number: SIGUSR1,
  });
  expect(flagsOf("--heapsnapshot-signal=SIGNONSENSE app.js").heapSnapshotSignal).toBeUndefined();
});
