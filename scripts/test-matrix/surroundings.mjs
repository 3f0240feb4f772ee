// Scenarios: where the file goes, what room there is, whose process it is and where it runs, and the options.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";
import { answeringProgram } from "./program.mjs";
import { ANY_PORT } from "./stage.mjs";

const nodes = ["node-18", "node-20", "node-22", "node-24", "node-26"];
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

export const surroundings = [
  {
    name: "gzip",
    title: "`--gzip`",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram());
      const outcome = await stage.capture(subject, ["--gzip"], { file: "app" });
      const { file, sha256 } = await stage.expectCaptured(outcome);
      assert.match(file, /app\.heapsnapshot\.gz$/);
      const bytes = fs.readFileSync(file);
      assert.equal(createHash("sha256").update(bytes).digest("hex"), sha256);
      assert.equal(JSON.parse(gunzipSync(bytes).toString()).snapshot.node_count, outcome.result.nodeCount);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "stdout",
    title: "to standard output",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram());
      const before = subject.look();
      const { code, bytes, stderr } = await stage.run(["capture", String(subject.pid), "-"]);
      assert.equal(code, 0, stderr);
      const file = stage.path("piped.heapsnapshot");
      fs.writeFileSync(file, bytes);
      assert.equal(await stage.count(file, "Mark"), 1234);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "options",
    title: "`--collect-garbage --without-numbers --expose-internals`",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram());
      const whole = await stage.expectCaptured(await stage.capture(subject, [], { file: "a.heapsnapshot" }));
      for (const file of stage.snapshotFiles()) fs.rmSync(file);
      const words = ["--collect-garbage", "--without-numbers", "--expose-internals"];
      const less = await stage.expectCaptured(await stage.capture(subject, words));
      assert.ok(less.nodeCount < whole.nodeCount - 1234, "numbers are there all the same");
      assert.deepEqual(less.captureOptions, {
        collectGarbage: true,
        numericValues: false,
        exposeInternals: true,
      });
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "small-disk",
    title: "disk too small: refused beforehand",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const folder = await stage.mountMemory("small", 2);
      const subject = await stage.start(answeringProgram());
      const before = subject.look();
      const outcome = await stage.capture(subject, [], { file: "small/app.heapsnapshot" });
      stage.expectRefused(outcome, /only .* are free in/);
      assert.deepEqual(fs.readdirSync(folder), []);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "refused";
    },
  },
  {
    name: "full-disk",
    title: "disk full in the middle of it (`--force`)",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const folder = await stage.mountMemory("small", 2);
      const subject = await stage.start(answeringProgram());
      const before = subject.look();
      const outcome = await stage.capture(subject, ["--force"], { file: "small/app.heapsnapshot" });
      stage.expectRefused(outcome, /the disk is full/);
      assert.deepEqual(fs.readdirSync(folder), []);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "clean";
    },
  },
  {
    name: "file-limit",
    title: "file longer than allowed (`ulimit -f`)",
    on: nodes,
    async run(stage) {
      const subject = await stage.start(answeringProgram());
      const before = subject.look();
      const within = ["sh", "-c", 'ulimit -f 2048; exec "$@"', "sh"]; // blocks of 512 or 1024 bytes
      const outcome = await stage.capture(subject, [], { within });
      stage.expectRefused(outcome, /cannot write .*app\.heapsnapshot: the file may not be that long/i);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "clean";
    },
  },
  {
    name: "memory-limit",
    title: "control group with too little memory",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const { makeLimitedCgroup } = await importTypeScript(
        "packages/capture/test/limited-cgroup.ts",
        stage.folder,
      );
      const group = makeLimitedCgroup(160 << 20);
      if (group === undefined) return "no control groups here";
      stage.later(() => group.remove());
      const words = group.command([stage.program, ANY_PORT, "-e", answeringProgram({ objects: 250_000 })]);
      const subject = await stage.startCommand(words);
      const before = subject.look();
      stage.expectRefused(await stage.capture(subject), /in its control group \(limit 168 MB/);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "refused";
    },
  },
  {
    name: "container",
    title: "another process and mount namespace",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const within = ["unshare", "--pid", "--mount", "--fork", "--mount-proc", "--kill-child"];
      const subject = await (await stage.start(answeringProgram(), { within })).followLauncher();
      const before = subject.look();
      const result = await stage.expectCaptured(await stage.capture(subject));
      assert.equal(result.route, "sigusr1");
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "container-signal",
    title: "the same, `--heapsnapshot-signal`, a disk of its own",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const folder = stage.path("inside");
      fs.mkdirSync(folder);
      const inside = 'mount -t tmpfs heapscope-test "$0" && cd "$0" && exec "$@"';
      const within = [
        "unshare",
        "--pid",
        "--mount",
        "--fork",
        "--mount-proc",
        "--kill-child",
        "sh",
        "-c",
        inside,
        folder,
      ];
      const flags = [ANY_PORT, "--heapsnapshot-signal=SIGUSR2"];
      const subject = await (await stage.start(answeringProgram(), { within, flags })).followLauncher();
      const before = subject.look();
      await stage.expectCaptured(await stage.capture(subject, ["--route", "signal"]));
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "network",
    title: "another network namespace",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      const within = await stage.makeNetwork();
      for (const flag of [ANY_PORT, "--inspect=127.0.0.1:0"]) {
        const subject = await stage.start(answeringProgram(), { within, flags: [flag] });
        const before = subject.look();
        await stage.expectCaptured(await stage.capture(subject));
        await subject.expectAs(before);
        await subject.expectAnswer();
        for (const file of stage.snapshotFiles()) fs.rmSync(file);
      }
      return "captured";
    },
  },
  {
    name: "other-user",
    title: "another user's process",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      fs.chmodSync(stage.folder, 0o777);
      const subject = await stage.start(answeringProgram());
      const within = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      stage.expectRefused(await stage.capture(subject, [], { within }), /belongs to another user/);
      await subject.expectAnswer();
      return "refused";
    },
  },
  {
    name: "own-user",
    title: "as a user without rights, its own process",
    on: nodes,
    needsRoot: true,
    async run(stage) {
      fs.chmodSync(stage.folder, 0o777);
      const within = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      const subject = await stage.start(answeringProgram(), { within });
      const before = subject.look();
      await stage.expectCaptured(await stage.capture(subject, [], { within }));
      await subject.expectAs(before);
      await subject.expectAnswer();
      return "captured";
    },
  },
  {
    name: "large",
    title: "file above 500 MB: the command's own memory",
    on: ["node-24"],
    async run(stage) {
      // A heap of 330 MB; with its numbers, a file of 600 MB.
      const subject = await stage.start(answeringProgram({ objects: 3_000_000 }), {
        flags: [ANY_PORT, "--max-old-space-size=2000"],
      });
      const before = subject.look();
      const outcome = await stage.capture(subject);
      assert.equal(outcome.code, 0, outcome.message);
      assert.ok(outcome.result.bytes > 500e6, `only ${outcome.result.bytes} bytes`);
      assert.ok(outcome.peakMemory < 100e6, `the command took ${outcome.peakMemory} bytes`);
      await subject.expectAs(before);
      await subject.expectAnswer();
      return `${Math.round(outcome.peakMemory / 1e6)} MB`;
    },
  },
];

/** The Node that runs this may not know TypeScript. */
async function importTypeScript(file, folder) {
  const outfile = path.join(folder, `${path.basename(file, ".ts")}.mjs`);
  await build({
    entryPoints: [path.join(root, file)],
    outfile,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return import(outfile);
}
