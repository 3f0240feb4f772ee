// Scenarios: processes with an @heapscope/agent, captured through its control socket. The agent is built as it is published
// and lies in the node_modules of the scenario's folder, which is also its folder for temporary files: so whatever it
// leaves behind is found there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { interruptOften, TIMES } from "./interruptions.mjs";
import { answeringProgram, busyProgram, MARKS, programWithWorkers, serverProgram } from "./program.mjs";
import { expectComparable } from "./routes.mjs";
import { ANY_PORT } from "./stage.mjs";
import { captureUnderLoad } from "./under-load.mjs";

const nodes = ["node-18", "node-20", "node-22", "node-24", "node-26"];
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
/** The agent's answers pass through Node's thread pool, which starts with its first use and stays: services have it running. */
const POOL = `require("node:fs").stat(".", () => {});`;
const REGISTER = ["--require", "@heapscope/agent/register"];
const OPENS_MS = 10_000;

export const agents = [
  {
    name: "agent",
    title: "`@heapscope/agent` runs in it",
    on: nodes,
    async run(stage) {
      const subject = await startWithAgent(stage, answeringProgram());
      const before = subject.look();
      for (const file of ["first.heapsnapshot", "again.heapsnapshot"]) {
        const outcome = await stage.capture(subject, [], { file });
        const { route } = await stage.expectCaptured(outcome);
        assert.equal(route, "agent");
        expectNothingKept(stage);
        for (const each of stage.snapshotFiles()) fs.rmSync(each);
        await subject.expectAs(before);
        await subject.expectAnswer();
      }
      expectInspectorNeverOpen(subject);
      return "captured";
    },
  },
  {
    name: "agent-workers",
    title: "the same, worker threads: all, and one by its name",
    on: nodes,
    async run(stage) {
      const subject = await startWithAgent(stage, programWithWorkers);
      const before = subject.look();
      const result = await stage.expectCaptured(await stage.capture(subject), { files: 3 });
      assert.equal(result.route, "agent");
      for (const [index, { file, thread }] of result.files.entries()) {
        assert.equal(thread.id, index);
        assert.equal(await stage.count(file, "Crate"), [0, 11, 22][index], thread.name);
        assert.equal(await stage.count(file, "Mark"), index === 0 ? MARKS : 0, thread.name);
      }
      for (const file of stage.snapshotFiles()) fs.rmSync(file);
      const one = await stage.capture(subject, ["--threads", "worker 2"]);
      await stage.expectCaptured(one, { marks: 0 });
      assert.equal(await stage.count(one.result.file, "Crate"), 22);
      expectNothingKept(stage);
      await subject.expectAs(before);
      await subject.expectAnswer();
      expectInspectorNeverOpen(subject);
      return "captured";
    },
  },
  {
    name: "agent-series",
    title: "the same, series of three, one more later: ids shared",
    on: nodes,
    async run(stage) {
      const grow = "globalThis.more = []; setInterval(() => more.push(new Mark(1)), 50);";
      const subject = await startWithAgent(stage, answeringProgram({ before: grow }));
      const before = subject.look();
      const outcome = await stage.capture(subject, ["--count", "3", "--interval", "2s"]);
      const result = await stage.expectCaptured(outcome, { files: 3, marks: null });
      assert.equal(result.route, "agent");
      await expectComparable(stage, result.files, true);
      const later = await stage.capture(subject, [], { file: "later.heapsnapshot" });
      assert.equal(later.code, 0, later.message);
      await expectComparable(stage, [result.files[0], later.result.files[0]], true);
      expectNothingKept(stage);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "agent-disturbed",
    title: "the same, an inspector's client comes and goes",
    on: nodes,
    async run(stage) {
      const subject = await startWithAgent(stage, answeringProgram(), { flags: ["--inspect=127.0.0.1:0"] });
      const before = subject.look();
      const url = /ws:\S+/.exec(subject.stderr)[0];
      const { child, ended } = stage.begin(
        stage.captureWords(subject, ["--count", "2", "--interval", "5s", "--threads", "main"]),
      );
      await stage.waitForFile("app-1.heapsnapshot", child);
      await sleep(500);
      const visit = await stage.run(["top", url, "--count", "1"]);
      assert.equal(visit.code, 0, visit.stderr);
      const result = await stage.expectCaptured(await ended, { files: 2, marks: null });
      assert.equal(result.route, "agent");
      await expectComparable(stage, result.files, false);
      assert.match(result.warnings.join(), /somebody may have come and gone/);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "told";
    },
  },
  {
    name: "agent-server",
    title: "the same, server under load: every request answered",
    on: nodes,
    async run(stage) {
      const subject = await startWithAgent(stage, serverProgram);
      const { route } = await captureUnderLoad(stage, subject);
      assert.equal(route, "agent");
      expectNothingKept(stage);
      expectInspectorNeverOpen(subject);
      return "captured";
    },
  },
  {
    name: "agent-redacted",
    title: "the same, it redacts secrets",
    on: nodes,
    async run(stage) {
      const secrets = ["correct horse battery staple", `ghp_${"aB3dE6gH9".repeat(4)}`];
      const plain = "what a customer wrote to us";
      const [password, token] = secrets.map((secret) => Buffer.from(secret).toString("base64"));
      // As texts of the heap alone: what stands in the source is the programmer's.
      const before = `
        const decode = (text) => Buffer.from(text, "base64").toString();
        globalThis.held = { password: decode("${password}"), note: decode("${token}"), plain: "${plain}" };`;
      const environment = { HEAPSCOPE_REDACT: "secrets" };
      const subject = await startWithAgent(stage, answeringProgram({ before }), { environment });
      const result = await stage.expectCaptured(await stage.capture(subject));
      assert.equal(result.route, "agent");
      assert.match(result.warnings.join(), /redacts \(secrets\)/);
      const has = (file, text) => fs.readFileSync(file).includes(text);
      for (const secret of secrets) assert.ok(!has(result.file, secret), `${secret} is in the file`);
      assert.ok(has(result.file, plain), "the file has lost other texts, too");
      assert.ok(result.files[0].redacted.changed >= secrets.length);
      for (const file of stage.snapshotFiles()) fs.rmSync(file);
      // Another route goes around it, and says so.
      const around = await stage.expectCaptured(await stage.capture(subject, ["--route", "sigusr1"]));
      assert.match(around.warnings.join(), /on this route nothing is redacted/);
      for (const secret of secrets) assert.ok(has(around.file, secret), `${secret} is not in the file`);
      expectNothingKept(stage);
      await subject.expectAnswer();
      return "redacted";
    },
  },
  {
    name: "agent-busy",
    title: "the same, `while (true)`: no answer",
    on: nodes,
    async run(stage) {
      const subject = await startWithAgent(stage, busyProgram("while (true);"), { delay: 500 });
      const before = subject.look();
      stage.expectRefused(await stage.capture(subject, ["--timeout", "3s"]), /did not answer within 3 s/);
      expectNothingKept(stage);
      assert.deepEqual(subject.look(), before);
      return "refused";
    },
  },
  {
    name: "agent-ctrl-c",
    title: `the same, Ctrl-C at any moment, ${TIMES} times`,
    on: nodes,
    async run(stage) {
      const subject = await startWithAgent(stage, answeringProgram({ objects: 60_000 }));
      const expectNothingElse = () => expectNothingKept(stage);
      return interruptOften(stage, subject, { words: ["--route", "agent"], expectNothingElse });
    },
  },
  {
    name: "agent-full-disk",
    title: "the same, its disk too small; full (`--force`)",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const disk = await stage.mountMemory("small", 1);
      // Not compressed, so that it does not fit.
      const environment = { HEAPSCOPE_DIRECTORY: path.join(disk, "captures"), HEAPSCOPE_GZIP: "false" };
      const subject = await startWithAgent(stage, answeringProgram(), { environment });
      const before = subject.look();
      stage.expectRefused(await stage.capture(subject), /the agent would refuse: .* are free/);
      const forced = await stage.capture(subject, ["--force"]);
      stage.expectRefused(forced, /could not be written/);
      assert.deepEqual(listFiles(disk), []);
      expectNothingKept(stage);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "clean";
    },
  },
  {
    name: "agent-container",
    title: "the same, another namespace, a disk of its own",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const folder = stage.path("inside");
      fs.mkdirSync(folder);
      const inside = 'mount -t tmpfs heapscope-test "$0" && cd "$0" && exec "$@"';
      const space = ["unshare", "--pid", "--mount", "--fork", "--mount-proc", "--kill-child"];
      const subject = await startWithAgent(stage, answeringProgram(), {
        within: [...space, "sh", "-c", inside, folder],
        environment: { TMPDIR: folder },
      });
      const before = subject.look();
      const { route } = await stage.expectCaptured(await stage.capture(subject));
      assert.equal(route, "agent");
      assert.deepEqual(keptFiles(`/proc/${subject.pid}/root${folder}`), []);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
];

/** Starts `source` with the agent, and waits until that can be asked, and `delay` milliseconds more. */
async function startWithAgent(
  stage,
  source,
  { flags = [ANY_PORT], environment = {}, within = [], delay = 0 } = {},
) {
  const folder = stage.path("node_modules/@heapscope/agent");
  const build = path.join(root, "scripts", "build-agent.mjs");
  await promisify(execFile)(process.execPath, [build, "--out", path.join(folder, "dist")]);
  fs.copyFileSync(path.join(root, "packages", "agent", "package.json"), path.join(folder, "package.json"));
  const settings = { TMPDIR: stage.folder, ...environment };
  const subject = await stage.start(`${POOL}${source}`, {
    flags: [...flags, ...REGISTER],
    environment: settings,
    within,
  });
  if (within.length > 0) await subject.followLauncher();
  const control = `/proc/${subject.pid}/root${settings.TMPDIR}/heapscope-agent-${process.getuid()}`;
  const until = performance.now() + OPENS_MS;
  while (!listFiles(control).some((file) => file.endsWith(".json"))) {
    assert.ok(performance.now() < until, `the agent cannot be asked: ${subject.stderr}`);
    await sleep(20);
  }
  await sleep(delay);
  return subject;
}

/** Node says so on standard error whenever it opens. */
function expectInspectorNeverOpen(subject) {
  assert.doesNotMatch(subject.stderr, /Debugger listening/);
}

/** The agent has given away what it made. */
function expectNothingKept(stage) {
  assert.deepEqual(keptFiles(stage.folder), []);
}

/** What lies in the agent's folder, but for its socket and the file that says how to talk to it. */
function keptFiles(folder) {
  return listFiles(path.join(folder, `heapscope-agent-${process.getuid()}`)).filter(
    (file) => !/^\d+\.(sock|json)$/.test(file),
  );
}

/** Files in a folder and all folders in it, relative to it. */
function listFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
