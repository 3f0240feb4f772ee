// Scenarios: programs that never rest, serve, end or stop, and captures that are given up.

import assert from "node:assert/strict";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { answeringProgram, busyProgram, exitingProgram, serverProgram } from "./program.mjs";
import { ANY_PORT } from "./stage.mjs";
import { captureUnderLoad } from "./under-load.mjs";

const nodes = ["node-18", "node-20", "node-22", "node-24", "node-26"];
/** How often Ctrl-C is tried on each runtime. */
export const TIMES = 20;

export const interruptions = [
  ...[
    ["busy-loop", "`while (true)`", "while (true);"],
    ["microtasks", "endless microtasks", "(function next() { Promise.resolve().then(next); })();"],
  ].map(([name, title, work]) => ({
    name,
    title,
    on: nodes,
    async run(stage) {
      // First with the inspector closed, then with an open one.
      for (const flag of [ANY_PORT, "--inspect=127.0.0.1:0"]) {
        const subject = await stage.start(busyProgram(work), { flags: [flag] });
        const before = subject.look();
        await sleep(500);
        const outcome = await stage.capture(subject);
        assert.equal(outcome.code, 0, outcome.message);
        assert.equal(await stage.count(outcome.result.file, "Mark"), 1234);
        await subject.expectAs(before);
        await expectRunning(subject);
        await subject.kill();
        for (const file of stage.snapshotFiles()) fs.rmSync(file);
      }
      return "captured";
    },
  })),
  {
    name: "atomics-wait",
    title: "`Atomics.wait` for 6 s",
    on: nodes,
    async run(stage) {
      const work = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000); console.log("awake");`;
      const subject = await stage.start(busyProgram(work));
      const before = subject.look();
      await sleep(500);
      await stage.expectCaptured(await stage.capture(subject));
      await subject.waitFor((line) => line === "awake");
      await subject.expectAs(before);
      return "captured";
    },
  },
  {
    name: "server",
    title: "server under load: every request answered",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(serverProgram);
      await captureUnderLoad(stage, subject);
      return "captured";
    },
  },
  {
    name: "exits",
    title: "exits in the middle of it",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(exitingProgram);
      const outcome = await stage.capture(subject);
      // V8 may have sent the whole of it before the program could run on and exit.
      if (outcome.code === 0) await stage.expectCaptured(outcome);
      else stage.expectRefused(outcome, /process \d+/);
      return "clean";
    },
  },
  {
    name: "killed",
    title: "killed in the middle of it, five times",
    on: nodes,
    async run(stage) {
      for (let time = 0; time < 5; time++) {
        const subject = await stage.start(answeringProgram({ objects: 150_000 }));
        const { ended } = stage.begin(stage.captureWords(subject));
        await sleep(500 + time * 300);
        await subject.kill();
        const outcome = await ended;
        if (outcome.code === 0) await stage.expectCaptured(outcome);
        else stage.expectRefused(outcome, new RegExp(`process ${subject.pid}`));
        for (const file of stage.snapshotFiles()) fs.rmSync(file);
      }
      return "clean";
    },
  },
  {
    name: "stopped",
    title: "stopped (SIGSTOP)",
    on: nodes,
    async run(stage) {
      for (const flag of [ANY_PORT, "--inspect=127.0.0.1:0"]) {
        const subject = await stage.start(answeringProgram(), { flags: [flag] });
        const before = subject.look();
        process.kill(subject.pid, "SIGSTOP");
        await sleep(100);
        stage.expectRefused(await stage.capture(subject), /is stopped/);
        process.kill(subject.pid, "SIGCONT");
        await subject.expectAs(before);
        await subject.expectAnswer();
      }
      return "refused";
    },
  },
  {
    name: "stopped-meanwhile",
    title: "stopped in the middle of it: timeout",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram({ objects: 60_000 }));
      const before = subject.look();
      const { child, ended } = stage.begin(stage.captureWords(subject, ["--timeout", "8s"]));
      await waitForBytes(stage, child);
      process.kill(subject.pid, "SIGSTOP");
      const outcome = await ended;
      process.kill(subject.pid, "SIGCONT");
      if (outcome.code === 0) await stage.expectCaptured(outcome);
      else stage.expectRefused(outcome, /sent nothing for 8 s/);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "clean";
    },
  },
  {
    name: "ctrl-c",
    title: `Ctrl-C at any moment, ${TIMES} times`,
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram({ objects: 60_000 }));
      return interruptOften(stage, subject);
    },
  },
  {
    name: "ctrl-c-signal",
    title: "Ctrl-C, `--heapsnapshot-signal`",
    on: nodes,
    async run(stage) {
      const flags = [ANY_PORT, "--heapsnapshot-signal=SIGUSR2"];
      const subject = await stage.start(answeringProgram({ objects: 150_000 }), { flags });
      const before = subject.look();
      const { child, ended } = stage.begin(stage.captureWords(subject, ["--route", "signal"]));
      while (!stage.snapshotFiles().some((file) => /\/Heap\./.test(file))) await sleep(5);
      await sleep(200);
      child.kill("SIGINT");
      assert.equal((await ended).code, 130);
      await subject.expectAs(before);
      stage.expectNoFiles();
      await subject.expectAnswer();
      return "clean";
    },
  },
  {
    name: "cut-off",
    title: "the command is killed (SIGKILL)",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram());
      const before = subject.look();
      const { child, ended } = stage.begin(
        stage.captureWords(subject, ["--count", "2", "--interval", "60s"]),
      );
      await stage.waitForFile("app-1.heapsnapshot", child);
      await sleep(300);
      child.kill("SIGKILL");
      await ended;
      await subject.expectAs(before); // the process closes its inspector by itself
      await subject.expectAnswer();
      return "clean";
    },
  },
  {
    name: "keep-partial",
    title: "`--keep-partial`",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram({ objects: 150_000 }));
      const before = subject.look();
      const { child, ended } = stage.begin(stage.captureWords(subject, ["--keep-partial"]));
      await waitForBytes(stage, child);
      child.kill("SIGINT");
      const { code, message } = await ended;
      assert.equal(code, 130, message);
      assert.deepEqual(stage.snapshotFiles(), [stage.path("app.heapsnapshot.partial")]);
      assert.match(fs.readFileSync(stage.path("app.heapsnapshot.partial"), "latin1"), /^\{"snapshot"/);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "clean";
    },
  },
];

/**
 * Captures of `subject` stopped by Ctrl-C, each at another moment between the command's start and its end: nothing is left, or
 * the whole file if it was there by then. `expectNothingElse` looks for what may be left in other places, after each. `words`
 * go to the command.
 */
export async function interruptOften(stage, subject, { words = [], expectNothingElse = () => {} } = {}) {
  const before = subject.look();
  // The first one tells how long it takes; and then the memory is as it will be.
  const whole = await stage.capture(subject, words, { file: "whole.heapsnapshot" });
  assert.equal(whole.code, 0, whole.message);
  for (const file of stage.snapshotFiles()) fs.rmSync(file);
  for (let time = 0; time < TIMES; time++) {
    await subject.expectAs(before);
    const { child, ended } = stage.begin(stage.captureWords(subject, words));
    await sleep(80 + (whole.ms - 80) * ((time + Math.random()) / TIMES));
    child.kill("SIGINT");
    const { code, signal, message } = await ended;
    // In its first moments the command is nothing but Node, which ends of the signal; a shell says 130 of that, too.
    if (code !== 0) assert.ok(code === 130 || signal === "SIGINT", `exit code ${code}: ${message}`);
    // Nothing, or all of it, if that was whole by then.
    if (stage.snapshotFiles().length > 0) {
      assert.deepEqual(
        stage.snapshotFiles().toSorted(),
        ["app.heapsnapshot", "app.heapsnapshot.json"].map((name) => stage.path(name)),
      );
      assert.equal(await stage.count(stage.path("app.heapsnapshot"), "Mark"), 1234);
    }
    for (const file of stage.snapshotFiles()) fs.rmSync(file);
    expectNothingElse();
    await subject.expectAs(before);
    await subject.expectAnswer();
  }
  return `${TIMES} of ${TIMES}`;
}

/** Until the first bytes of the file have arrived. */
async function waitForBytes(stage, child) {
  const hasSome = (file) => {
    try {
      return file.endsWith(".partial") && fs.statSync(file).size > 0;
    } catch {
      return false; // gone meanwhile
    }
  };
  while (!stage.snapshotFiles().some(hasSome)) {
    assert.equal(child.exitCode, null, "the command has ended before anything arrived");
    await sleep(2);
  }
}

/** It still computes. */
async function expectRunning({ pid }) {
  const readTicks = () => Number(fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")[11]);
  const before = readTicks();
  await sleep(500);
  assert.ok(readTicks() > before, "it does not compute any more");
}
