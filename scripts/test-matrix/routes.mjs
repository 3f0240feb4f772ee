// Scenarios: the ways to a heap, and the processes that must not be touched.

import assert from "node:assert/strict";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { answeringProgram, programWithWorkers } from "./program.mjs";
import { ANY_PORT } from "./stage.mjs";

const nodes = ["node-18", "node-20", "node-22", "node-24", "node-26"];
const SIGNAL = "--heapsnapshot-signal=SIGUSR2";

export const routes = [
  {
    name: "inspector",
    title: "inspector open, on any port",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram(), { flags: ["--inspect=127.0.0.1:0"] });
      const before = subject.look();
      const result = await stage.expectCaptured(await stage.capture(subject));
      assert.equal(result.route, "inspector");
      await subject.expectAs(before); // still open
      await subject.expectAnswer();
      return "captured";
    },
  },
  ...["cjs", "mjs"].map((extension) => ({
    name: extension === "cjs" ? "sigusr1" : "sigusr1-esm",
    title: `inspector closed, ${extension === "cjs" ? "CommonJS" : "ESM"}`,
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram(), { extension });
      const before = subject.look();
      for (const file of ["first.heapsnapshot", "again.heapsnapshot"]) {
        const outcome = await stage.capture(subject, [], { file });
        assert.equal(outcome.code, 0, outcome.message);
        assert.equal(outcome.result.route, "sigusr1");
        assert.equal(await stage.count(stage.path(file), "Mark"), 1234);
        await subject.expectAs(before);
        await subject.expectAnswer();
      }
      return "captured";
    },
  })),
  {
    name: "disabled",
    title: "`--disable-sigusr1`",
    on: nodes.slice(2),
    run: async (stage) =>
      expectUntouched(
        stage,
        await stage.start(answeringProgram(), { flags: ["--disable-sigusr1"] }),
        /SIGUSR1 is switched off/,
      ),
  },
  {
    name: "permission",
    title: "`--permission`",
    on: nodes.slice(1),
    async run(stage) {
      const flag = stage.major === 20 ? "--experimental-permission" : "--permission";
      const subject = await stage.start(answeringProgram(), { flags: [flag, `--allow-fs-read=*`] });
      return expectUntouched(stage, subject, /--permission/);
    },
  },
  {
    name: "own-handler",
    title: "own handler for SIGUSR1",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram({ before: 'process.on("SIGUSR1", () => {});' }));
      return expectUntouched(stage, subject, /handles SIGUSR1 itself/);
    },
  },
  {
    name: "handler-removed",
    title: "own handler removed: would die of SIGUSR1",
    on: nodes,
    async run(stage) {
      const before = 'const own = () => {}; process.on("SIGUSR1", own); process.off("SIGUSR1", own);';
      const subject = await stage.start(answeringProgram({ before }));
      await sleep(1100); // just after its start, it could also be that there is no handler yet
      return expectUntouched(stage, subject, /would die of it/);
    },
  },
  {
    name: "signal",
    title: "`--heapsnapshot-signal`",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram(), { flags: [ANY_PORT, SIGNAL] });
      const before = subject.look();
      const result = await stage.expectCaptured(await stage.capture(subject, ["--route", "signal"]));
      assert.equal(result.route, "signal");
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "signal-unwritable",
    title: "the same, its folder not writable or gone",
    on: nodes,
    async run(stage) {
      const folder = stage.path("gone");
      fs.mkdirSync(folder);
      const options = { flags: [ANY_PORT, SIGNAL], cwd: folder };
      const gone = await stage.start(answeringProgram(), options);
      fs.rmdirSync(folder);
      stage.expectRefused(
        await stage.capture(gone, ["--route", "signal"]),
        /would die of a snapshot that it cannot write/,
      );
      await gone.expectAnswer();
      if (process.getuid() !== 0) return "refused";
      // For a user without rights in the folder of root.
      fs.mkdirSync(folder, { mode: 0o755 });
      fs.chmodSync(stage.folder, 0o755);
      const within = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      const other = await stage.start(answeringProgram(), { ...options, within });
      stage.expectRefused(await stage.capture(other, ["--route", "signal"]), /may not write to/);
      await other.expectAnswer();
      return "refused";
    },
  },
  {
    name: "signal-full",
    title: "the same, its disk full",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const folder = await stage.mountMemory("full", 1);
      const subject = await stage.start(answeringProgram(), { flags: [ANY_PORT, SIGNAL], cwd: folder });
      stage.expectRefused(
        await stage.capture(subject, ["--route", "signal"]),
        /would die of a snapshot that it cannot write/,
      );
      await subject.expectAnswer();
      return "refused";
    },
  },
  {
    name: "port-of-program",
    title: "port 9229 taken by another program",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const space = await stage.makeNetwork();
      const holder = `require("node:net").createServer().listen(9229, "127.0.0.1", () => console.log("ready")); process.stdin.resume();`;
      const other = await stage.start(holder, { flags: [], within: space });
      const subject = await stage.start(answeringProgram(), { flags: [], within: space });
      const outcome = await stage.capture(subject, [], { within: space });
      stage.expectRefused(outcome, new RegExp(`port 9229, which process ${other.pid} has`));
      assert.equal(subject.stderr, ""); // it was not signalled
      await subject.expectAnswer();
      other.expectAlive();
      return "refused";
    },
  },
  {
    name: "port-of-node",
    title: "port 9229 taken by another Node's inspector",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const space = await stage.makeNetwork();
      const other = await stage.start(answeringProgram(), { flags: ["--inspect"], within: space });
      const subject = await stage.start(answeringProgram(), { flags: [], within: space });
      const outcome = await stage.capture(subject, [], { within: space });
      stage.expectRefused(outcome, new RegExp(`port 9229, which process ${other.pid} has`));
      await subject.expectAnswer();
      await other.expectAnswer();
      // The other one can be captured where it is; and this one, once the port is free.
      await stage.expectCaptured(
        await stage.capture(other, [], { within: space, file: "other.heapsnapshot" }),
      );
      for (const file of stage.snapshotFiles()) fs.rmSync(file);
      await other.kill();
      await stage.expectCaptured(await stage.capture(subject, [], { within: space }));
      return "refused";
    },
  },
  {
    name: "two-at-once",
    title: "two processes captured at once",
    on: nodes,
    async run(stage) {
      const subjects = await Promise.all([stage.start(answeringProgram()), stage.start(answeringProgram())]);
      const before = subjects.map((subject) => subject.look());
      const outcomes = await Promise.all(
        subjects.map((subject, index) => stage.capture(subject, [], { file: `${index}.heapsnapshot` })),
      );
      for (const [index, subject] of subjects.entries()) {
        assert.equal(outcomes[index].code, 0, outcomes[index].message);
        assert.equal(outcomes[index].result.target.pid, subject.pid);
        await subject.expectAs(before[index]);
        await subject.expectAnswer();
      }
      return "captured";
    },
  },
  {
    name: "workers",
    title: "worker threads: all, and one by its name",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(programWithWorkers);
      const before = subject.look();
      const result = await stage.expectCaptured(await stage.capture(subject), { files: 3 });
      const manifest = JSON.parse(fs.readFileSync(result.manifest, "utf8"));
      assert.deepEqual(
        manifest.files.map(({ thread }) => thread.id),
        [0, 1, 2],
      );
      for (const [index, { file, thread }] of result.files.entries()) {
        assert.equal(await stage.count(file, "Crate"), [0, 11, 22][index], thread.name);
        assert.equal(await stage.count(file, "Mark"), index === 0 ? 1234 : 0, thread.name);
      }
      for (const file of stage.snapshotFiles()) fs.rmSync(file);
      const one = await stage.capture(subject, ["--threads", "worker 2"]);
      await stage.expectCaptured(one, { marks: 0 });
      assert.equal(await stage.count(one.result.file, "Crate"), 22);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "series",
    title: "series of three: ids shared",
    on: nodes,
    async run(stage) {
      const grow = "globalThis.more = []; setInterval(() => more.push(new Mark(1)), 50);";
      const subject = await stage.start(answeringProgram({ before: grow }));
      const before = subject.look();
      const outcome = await stage.capture(subject, ["--count", "3", "--interval", "2s"]);
      const result = await stage.expectCaptured(outcome, { files: 3, marks: null });
      await expectComparable(stage, result.files, true);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "series-disturbed",
    title: "the same, another client comes and goes",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram(), { flags: ["--inspect=127.0.0.1:0"] });
      const url = /ws:\S+/.exec(subject.stderr)[0];
      const { child, ended } = stage.begin(
        stage.captureWords(subject, ["--count", "2", "--interval", "5s", "--threads", "main"]),
      );
      await stage.waitForFile("app-1.heapsnapshot", child);
      await sleep(500);
      const visit = await stage.run(["top", url, "--count", "1"]);
      assert.equal(visit.code, 0, visit.stderr);
      const result = await stage.expectCaptured(await ended, { files: 2, marks: null });
      await expectComparable(stage, result.files, false);
      assert.match(result.warnings.join(), /Another client's inspector session ended between/);
      const { ids } = JSON.parse(fs.readFileSync(`${result.files[1].file}.json`, "utf8"));
      assert.match(ids.note, /Another client/);
      await subject.expectAnswer();
      return "told";
    },
  },
];

/** Refused, and the process does not notice. */
async function expectUntouched(stage, subject, words) {
  const before = subject.look();
  stage.expectRefused(await stage.capture(subject), words);
  await subject.expectAs(before);
  await subject.expectAnswer();
  return "refused";
}

/** Object ids mean the same in the first and the last file, or not, as the records and the objects themselves say. */
export async function expectComparable(stage, files, comparable) {
  const [first, last] = [files[0], files.at(-1)];
  assert.equal(first.idSpace === last.idSpace, comparable);
  const { result, code, stderr } = await stage.run(["diff", first.file, last.file, "--json", "--limit", "1"]);
  assert.equal(code, 0, stderr);
  assert.equal(result.idCheck.comparable, comparable, result.idCheck.reason);
}
