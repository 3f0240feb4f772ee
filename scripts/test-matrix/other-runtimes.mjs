// Scenarios: Chromium, Deno and Bun, as far as their protocols go.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findChromium } from "../chromium.mjs";

const marks = "class Mark {} globalThis.marks = Array.from({ length: 1234 }, () => new Mark());";

export const otherRuntimes = [
  {
    name: "page",
    title: "a page",
    on: ["chromium"],
    async run(stage) {
      const { port } = await startChromium(stage, [page(marks)]);
      const result = await stage.expectCaptured(await stage.capture(`localhost:${port}`));
      assert.equal(result.target.runtime, "chromium");
      return "captured";
    },
  },
  {
    name: "page-worker",
    title: "a page with a worker",
    on: ["chromium"],
    async run(stage) {
      const worker =
        "class Crate {} globalThis.kept = Array.from({ length: 22 }, () => new Crate()); setInterval(() => {}, 1000);";
      const start = `globalThis.worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(worker)}])));`;
      const { port } = await startChromium(stage, [page(marks + start)]);
      const result = await stage.expectCaptured(await stage.capture(`localhost:${port}`), { files: 2 });
      assert.equal(await stage.count(result.files[0].file, "Crate"), 0);
      assert.equal(await stage.count(result.files[1].file, "Crate"), 22);
      return "captured";
    },
  },
  {
    name: "pages",
    title: "two pages: which one?",
    on: ["chromium"],
    async run(stage) {
      const { port } = await startChromium(stage, [page("")]);
      const second = encodeURIComponent(page(marks));
      await fetch(`http://127.0.0.1:${port}/json/new?${second}`, { method: "PUT" });
      await sleep(500);
      const outcome = await stage.capture(`localhost:${port}`);
      stage.expectRefused(outcome, /offers 2 targets; give the address of one/);
      const urls = outcome.message.match(/ws:\S+/g);
      const outcomes = [];
      for (const [index, url] of urls.entries())
        outcomes.push(await stage.capture(url, [], { file: `${index}.heapsnapshot` }));
      const counts = await Promise.all(outcomes.map(({ result }) => stage.count(result.file, "Mark")));
      assert.deepEqual(
        counts.toSorted((a, b) => a - b),
        [0, 1234],
      );
      return "refused";
    },
  },
  {
    name: "deno-threads",
    title: "main thread and worker, inspector open",
    on: ["deno"],
    async run(stage) {
      fs.writeFileSync(
        stage.path("worker.js"),
        "class Crate {} globalThis.kept = Array.from({ length: 22 }, () => new Crate()); self.postMessage('up'); setInterval(() => {}, 1000);",
      );
      const source = `${marks}
        const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
        worker.onmessage = () => console.log("ready");
        setInterval(() => {}, 1000);`;
      const flags = ["run", "--inspect=127.0.0.1:0", "--allow-all"];
      const subject = await stage.start(source, { flags, extension: "mjs" });
      const result = await stage.expectCaptured(await stage.capture(subject), { files: 2 });
      assert.equal(result.route, "inspector");
      assert.equal(await stage.count(result.files[1].file, "Crate"), 22);
      subject.expectAlive();
      return "captured";
    },
  },
  {
    name: "not-node",
    title: "inspector closed: would die of SIGUSR1",
    on: ["deno", "bun"],
    async run(stage) {
      const subject = await stage.start(`${marks} console.log("ready"); setInterval(() => {}, 1000);`, {
        flags: ["run"],
        extension: "mjs",
      });
      stage.expectRefused(await stage.capture(subject), /SIGUSR1 and would die of it/);
      await sleep(300);
      subject.expectAlive();
      return "refused";
    },
  },
  {
    name: "bun-address",
    title: "by its ws:// address",
    on: ["bun"],
    async run(stage) {
      const subject = await stage.start(`${marks} console.log("ready"); setInterval(() => {}, 1000);`, {
        flags: ["--inspect=127.0.0.1:0/mark"],
        extension: "mjs",
      });
      let url;
      for (let tries = 0; url === undefined && tries < 50; tries++, await sleep(100))
        url = /ws:\S+/.exec(subject.stderr)?.[0];
      const result = await stage.expectCaptured(await stage.capture(url));
      assert.equal(result.target.runtime, "bun");
      subject.expectAlive();
      return "captured";
    },
  },
];

function page(script) {
  return `data:text/html,${encodeURIComponent(`<title>matrix</title><script>${script}</script>`)}`;
}

/** Headless, with these pages, at a debugging port of its choice. */
async function startChromium(stage, urls) {
  const { executablePath, args, env } = await findChromium();
  const folder = stage.path("profile");
  fs.mkdirSync(folder);
  const child = spawn(
    executablePath,
    [...args, "--remote-debugging-port=0", `--user-data-dir=${folder}`, ...urls],
    { env, stdio: "ignore", detached: true },
  );
  stage.later(async () => {
    process.kill(-Number(child.pid), "SIGKILL"); // with all its helpers
    await once(child, "close").catch(() => {});
    await sleep(200);
  });
  const file = `${folder}/DevToolsActivePort`;
  for (let tries = 0; !fs.existsSync(file); tries++) {
    assert.ok(tries < 200, "Chromium does not open its debugging port");
    await sleep(100);
  }
  await sleep(1000); // until the pages and their workers are up
  return { child, port: Number(fs.readFileSync(file, "utf8").split("\n")[0]) };
}
