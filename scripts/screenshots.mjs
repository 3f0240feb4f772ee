// `npm run screenshots`: the pictures of the documentation, into docs/images. Captures the practice leak (see demo.mjs), opens its
// three snapshots with the command as it is built from this tree, and takes each view at 1280 × 800. Takes about 30 seconds. Object
// ids and a few sizes differ from run to run, everything else is the same.
//
//   node scripts/screenshots.mjs [--out FOLDER] [--series FOLDER]   (a series that was captured earlier)

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";
import { runDemo } from "./demo.mjs";
import { buildCommandInto, startViewer } from "./viewer-process.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: {
    out: { type: "string", default: path.join(root, "docs/images") },
    series: { type: "string" },
  },
});

/** Pictures for the documentation must not be heavy. */
const LARGEST_BYTES = 200_000;

const work = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-screenshots-"));
try {
  const command = buildCommandInto(path.join(work, "package"));
  const series = values.series ?? path.join(work, "series");
  if (values.series === undefined) {
    const { code, stderr } = await runDemo({ folder: series, command, print: console.log, output: "pipe" });
    if (code !== 0) throw new Error(`The practice leak could not be captured:\n${stderr}`);
  }
  await takeAll(command, series);
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

async function takeAll(command, series) {
  fs.mkdirSync(values.out, { recursive: true });
  const snapshots = [1, 2, 3].map((number) => path.join(series, `${number}.heapsnapshot`));
  const profile = path.join(root, "fixtures/profiles/node-24-orders.cpuprofile.gz");
  const leak = await startViewer(command, [...snapshots, "--json"]);
  const calls = await startViewer(command, [profile, "--json"]);
  const browser = await chromium.launch(await findChromium());
  try {
    for (const [name, scheme, url, show] of pictures(leak.url, calls.url)) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        colorScheme: scheme,
        locale: "en-US",
        timezoneId: "UTC",
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.goto(url);
      await page.locator(".hs-navigation").waitFor();
      await show(page);
      // The pointer out of the way, and all that was asked for on the page.
      await page.mouse.move(640, 799);
      await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
      await page.waitForTimeout(300);
      const file = path.join(values.out, `${String(name)}.png`);
      await page.screenshot({ path: file });
      await context.close();
      const { size } = fs.statSync(file);
      console.log(`${path.relative("", file)}  ${Math.round(size / 1000)} kB`);
      if (size > LARGEST_BYTES) console.log("  larger than wanted");
    }
  } finally {
    await browser.close();
    await leak.stop();
    await calls.stop();
  }
}

/** Name, theme, address, and what is done before the picture is taken. */
function pictures(leak, calls) {
  return [
    ["overview", "light", `${leak}#/3/overview`, showVerdict],
    ["overview-dark", "dark", `${leak}#/3/overview`, showVerdict],
    ["summary", "light", `${leak}#/3/summary?text=RequestContext`, selectFirstObject],
    ["comparison", "light", `${leak}#/3/comparison?base=1`, openGroup("RequestContext")],
    ["growth", "light", `${leak}#/3/growth`, whenRows],
    ["treemap", "light", `${leak}#/3/dominators?as=treemap`, whenBoxes],
    ["treemap-dark", "dark", `${leak}#/3/dominators?as=treemap`, whenBoxes],
    ["flame-chart", "light", `${calls}#/1/profile`, whenBoxes],
    ["object", "light", `${leak}#/3/overview`, openSuspect],
    ["search", "light", `${leak}#/3/search?text=context`, whenRows],
  ];
}

async function showVerdict(page) {
  await page.locator(".hs-verdict").waitFor();
}

async function whenRows(page) {
  await page.locator(".hs-table-row [role=gridcell]").first().waitFor();
}

async function whenBoxes(page) {
  await page.locator(".hs-boxes-canvas").waitFor();
}

async function selectFirstObject(page) {
  await whenRows(page);
  await page.getByRole("treegrid").first().focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.locator('.hs-table-row[aria-level="2"] [role=gridcell]').first().waitFor();
  await page.keyboard.press("ArrowRight");
  await page.locator(".hs-pane .hs-table-row").first().waitFor();
}

function openGroup(name) {
  return async (page) => {
    await whenRows(page);
    await page
      .locator(".hs-table-row")
      .filter({ hasText: new RegExp(`^${name}`) })
      .locator("[data-twisty]")
      .click();
    await page.locator('.hs-table-row[aria-level="2"] [role=gridcell]').first().waitFor();
  };
}

/** One of the objects that leak, on its page. */
async function openSuspect(page) {
  await showVerdict(page);
  await page
    .locator(".hs-suspect")
    .first()
    .getByRole("link", { name: /^one of them/ })
    .click();
  await whenRows(page);
}
