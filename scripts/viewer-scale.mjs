// What the viewer costs with large files, as a table; run by people: no test asks for a time. For each file, through `heapscope
// open` in a real Chromium: how long until the first view is there, beside how long `heapscope summary` takes; the memory of the
// server (at most, and at the end) and of the page; and the longest frame and the longest task while somebody scrolls, sorts,
// expands the group of most objects, and zooms into the treemap. With --alone the files are given to the page itself, as if they
// were dropped there. It waits for a machine that does nothing else, for at most three minutes.
//
//   node scripts/viewer-scale.mjs [--alone] FILE…      (files of bench/: .cache/bench/files)

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";
import { buildCommandInto, startViewer } from "./viewer-process.mjs";

const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: { alone: { type: "boolean", default: false }, command: { type: "string" } },
});

const LONGEST_WAIT_MS = 300_000;
const LONGEST_SORT_MS = 15_000;
const LONGEST_NOISE_MS = 180_000;
/** Of all processors: below it the machine is quiet. */
const QUIET_SHARE = 0.1;

const work = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-scale-"));
const command = values.command ?? buildCommandInto(path.join(work, "package"));
try {
  for (const file of files) await (values.alone ? measureAlone(file) : measureServed(file));
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

async function measureServed(file) {
  await whenQuiet();
  heading(file);
  const summaryStart = performance.now();
  spawnSync(process.execPath, [command, "summary", "--no-cache", file], { stdio: "ignore" });
  line("heapscope summary", seconds(performance.now() - summaryStart));

  const start = performance.now();
  const server = await startViewer(command, [file]);
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await openPage(browser);
    await page.goto(`${server.url}#/1/summary`);
    await whenRows(page);
    line("first view (Summary), server and browser started", seconds(performance.now() - start));
    await measureHands(page);
    line("server, resident at most", megabytes(memoryOf(server.child.pid, "VmHWM")));
    line("server, resident at the end", megabytes(memoryOf(server.child.pid, "VmRSS")));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function measureAlone(file) {
  await whenQuiet();
  heading(`${file}, in the browser alone`);
  const server = await startViewer(command, []);
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await openPage(browser);
    await page.goto(server.url);
    const start = performance.now();
    await page.locator('input[type="file"]').setInputFiles(file);
    await page.locator(".hs-files").waitFor();
    await page.evaluate(() => {
      location.hash = "#/1/summary";
    });
    const problem = page.locator("main .hs-problem, main [role=alert]");
    await Promise.race([whenRows(page), problem.first().waitFor({ timeout: LONGEST_WAIT_MS })]);
    if ((await problem.count()) > 0)
      line("refused", (await page.locator("main").innerText()).replaceAll("\n", " "));
    line("first view or refusal", seconds(performance.now() - start));
    if ((await problem.count()) === 0) await measureHands(page);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
  const page = await context.newPage();
  page.setDefaultTimeout(LONGEST_WAIT_MS);
  await page.addInitScript(watchFrames);
  page.on("pageerror", (error) => console.log(`  error: ${error.message}`));
  return page;
}

/** In the page: the longest time between two frames, and the longest task, since it was asked last. */
function watchFrames() {
  let last = performance.now();
  let frame = 0;
  let task = 0;
  const next = (now) => {
    frame = Math.max(frame, now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) task = Math.max(task, duration);
  }).observe({ type: "longtask" });
  globalThis.longestSince = () => {
    const longest = { frame, task };
    frame = 0;
    task = 0;
    return longest;
  };
}

/** What somebody does with hands: each with the longest frame and task meanwhile. */
async function measureHands(page) {
  const grid = page.getByRole("treegrid").first();
  const box = await grid.boundingBox();
  const wheel = async (turns, pixels) => {
    await page.mouse.move(box.x + 200, box.y + 100);
    for (let turn = 0; turn < turns; turn++) {
      await page.mouse.wheel(0, pixels);
      await page.waitForTimeout(16);
    }
  };
  await hand(page, "scroll the groups", () => wheel(40, 300));
  await hand(page, "sort by count, and back", async () => {
    await sortBy(page, grid, "Count");
    await sortBy(page, grid, "Retained size");
  });
  await hand(page, "sort by count", () => sortBy(page, grid, "Count"));
  await grid.focus();
  await page.keyboard.press("Home");
  await whenCalm(page, grid);
  await grid.locator('.hs-table-row[aria-rowindex="2"] [role=gridcell]').nth(1).waitFor();
  await hand(page, "expand the group of most objects", async () => {
    await page.keyboard.press("ArrowRight");
    await grid.locator('.hs-table-row[aria-rowindex="3"][aria-level="2"] [role=gridcell]').nth(1).waitFor();
    await whenCalm(page, grid);
  });
  // By number: rows may stand in another order than they are shown in.
  const [name] = (await grid.locator('.hs-table-row[aria-rowindex="2"]').innerText()).split("\n");
  const inGroup = await grid.locator('.hs-table-row[aria-rowindex="3"]').getAttribute("aria-setsize");
  line(`  objects in ${name}`, Number(inGroup).toLocaleString("en-US"));
  await hand(page, "scroll in it", () => wheel(120, 500));
  await hand(page, "jump to its end and its middle", async () => {
    await grid.evaluate((element) => (element.scrollTop = element.scrollHeight));
    await whenCalm(page, grid);
    await grid.evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
    await whenCalm(page, grid);
  });
  await grid.evaluate((element) => (element.scrollTop = 0));
  await whenCalm(page, grid);
  const firstInGroup = grid.locator('.hs-table-row[aria-rowindex="3"]');
  const before = await firstInGroup.innerText();
  await hand(page, "sort it by shallow size", async () => {
    await sortBy(page, grid, "Shallow size");
    // The rows of a group stay in their old order until the new one is there. Where it begins with the same row, that is not seen.
    const end = performance.now() + LONGEST_SORT_MS;
    while ((await firstInGroup.innerText()) === before && performance.now() < end)
      await page.waitForTimeout(50);
  });
  await hand(page, "open the treemap", async () => {
    await page.evaluate(() => {
      location.hash = "#/1/dominators?as=treemap";
    });
    await page.locator(".hs-boxes-canvas").waitFor();
    await page.waitForTimeout(500);
  });
  await hand(page, "zoom in three times, and out", async () => {
    const chart = page.locator(".hs-boxes-scroll");
    await chart.focus();
    for (let level = 0; level < 3; level++) {
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(700);
    }
    for (let level = 0; level < 3; level++) {
      await page.keyboard.press("Escape");
      await page.waitForTimeout(700);
    }
  });
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  line("page, JavaScript heap", megabytes(heap));
}

async function hand(page, name, work) {
  await page.evaluate(() => globalThis.longestSince());
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  const { frame, task } = await page.evaluate(() => globalThis.longestSince());
  const longTask = task === 0 ? "no task of 50 ms" : `task ${Math.round(task)} ms`;
  line(name, `${seconds(took)}, longest frame ${Math.round(frame)} ms, ${longTask}`);
}

async function whenRows(page) {
  await page.locator(".hs-table-row [role=gridcell]").first().waitFor({ timeout: LONGEST_WAIT_MS });
}

/** The largest first. Resolves when the rows in this order are there. */
async function sortBy(page, grid, name) {
  const header = page.getByRole("columnheader", { name }).first();
  await header.click();
  if ((await header.getAttribute("aria-sort")) !== "descending") await header.click();
  await page.waitForFunction(
    (element) => element.getAttribute("aria-sort") === "descending",
    await header.elementHandle(),
  );
  await whenCalm(page, grid);
}

/** Nothing that is shown is still being asked for. What a key or a click asks for is asked for in the frame after it. */
async function whenCalm(page, grid) {
  await page.waitForTimeout(50);
  await page.waitForFunction(
    (element) => element.getAttribute("aria-busy") !== "true",
    await grid.elementHandle(),
  );
  await page.waitForFunction(() => document.querySelector('.hs-table-row[aria-busy="true"]') === null);
}

/** Bytes of the process, whose threads share one memory: `VmRSS` now, `VmHWM` at most. */
function memoryOf(pid, field) {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+)`, "mu").exec(status)?.[1];
  return Number(kilobytes ?? Number.NaN) * 1024;
}

/** Frames are as long as others let them be. */
async function whenQuiet() {
  const start = performance.now();
  let share = await measureBusyShare();
  while (share > QUIET_SHARE && performance.now() - start < LONGEST_NOISE_MS)
    share = await measureBusyShare();
  if (share > QUIET_SHARE)
    console.log(`\nThe machine is busy: ${Math.round(100 * share)} % of its processors.`);
}

/** Of the processors, over two seconds. */
async function measureBusyShare() {
  const sum = (times) => Object.values(times).reduce((total, time) => total + time, 0);
  const read = () => os.cpus().map(({ times }) => ({ idle: times.idle, all: sum(times) }));
  const before = read();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = read();
  const spent = (field) => after.reduce((total, cpu, i) => total + cpu[field] - before[i][field], 0);
  return 1 - spent("idle") / spent("all");
}

function heading(text) {
  console.log(`\n${text}`);
}

function line(name, value) {
  console.log(`  ${name.padEnd(50)} ${value}`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
