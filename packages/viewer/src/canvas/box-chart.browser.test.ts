/** The chart in a real Chromium, by keyboard and by mouse: on `browser-test-page.tsx`. */
import fs from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { bundleTestPage, routeTestPage, type TestPageFiles } from "../browser-test-page.ts";
import { findChromium } from "../../../../scripts/chromium.mjs";

const origin = "http://chart.test";
const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let browser: Browser;
let page: Page;
let chart: Locator;
let files: TestPageFiles;
let errors: string[];

beforeAll(async () => {
  files = await bundleTestPage(import.meta.dirname);
  browser = await chromium.launch(await findChromium());
});
afterAll(() => browser.close());

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 800, height: 450 }, colorScheme: "light" });
  chart = page.getByRole("application", { name: "Boxes" });
  errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await routeTestPage(page, { origin, title: "chart", files });
});
afterEach(async () => {
  expect(errors).toEqual([]);
  expect(await page.title()).toBe("chart");
  await page.close();
});

const state = (): Promise<string | null> => page.locator("output").textContent();
const spoken = (): Promise<string | null> => page.locator("[aria-live]").textContent();

async function open(as: "treemap" | "icicle"): Promise<void> {
  await page.goto(`${origin}/?as=${as}`);
  await chart.waitFor();
  await settled();
}

/** Behind the frames of a zoom. */
const settled = (): Promise<void> => page.waitForTimeout(250);

/** How many colours a canvas shows. */
function countColours(): Promise<number> {
  return page.locator("canvas").evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}

it.each(["treemap", "icicle"] as const)("walks and zooms a %s by keyboard", async (as) => {
  await open(as);
  await chart.focus();
  await page.keyboard.press("ArrowDown");
  expect(await spoken()).toContain(
    '<img src=x onerror="document.title=1">\\u{202e}: 500 bytes; level 2, box 1 of 3',
  );
  await page.keyboard.press("ArrowRight");
  expect(await spoken()).toContain("a: 400 bytes");
  // The third cannot be seen.
  await page.keyboard.press("ArrowRight");
  expect(await spoken()).toContain("a: 400 bytes");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowDown");
  expect(await spoken()).toContain("b: 300 bytes; level 3, box 1 of 2");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Enter");
  expect(await state()).toBe("zoom 4 opened 4");
  await settled();
  await page.keyboard.press("Escape");
  expect(await state()).toBe("zoom 1 opened 4");
  expect(await spoken()).toContain("b: 300 bytes");
  await page.keyboard.press("Backspace");
  expect(await state()).toBe("zoom 0 opened 4");
});

it.each(["treemap", "icicle"] as const)(
  "shows numbers under the pointer and zooms a %s by mouse",
  async (as) => {
    await open(as);
    expect(await countColours()).toBeGreaterThan(10);
    const { x, y } = (await chart.boundingBox())!;
    await page.mouse.move(x + 20, y + 30);
    const tooltip = page.locator(".hs-boxes-tooltip");
    expect(await tooltip.textContent()).toBe('<img src=x onerror="document.title=1">\\u{202e}500 bytes');
    await page.mouse.click(x + 20, y + 30);
    expect(await state()).toBe("zoom 1 opened -1");
    await settled();
    await page.mouse.click(x + 20, y + 30, { button: "left" });
    expect(await state()).toBe("zoom 4 opened -1");
  },
);

it("draws with the colours of a dark page when it becomes one, and again when its size changes", async () => {
  await open("treemap");
  const first = await page.locator("canvas").screenshot();
  await page.evaluate(() => {
    document.documentElement.dataset["theme"] = "dark";
  });
  await settled();
  expect(await page.locator("canvas").screenshot()).not.toEqual(first);
  await page.setViewportSize({ width: 500, height: 450 });
  await settled();
  expect(await page.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).width)).toBeLessThan(
    501,
  );
  expect(await countColours()).toBeGreaterThan(10);
});

it("can be used by everyone, as far as axe can tell", async () => {
  await open("icicle");
  await page.evaluate(fs.readFileSync(axePath, "utf8"));
  const violations = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe;
    return (await axe.run()).violations.map(({ id }) => id);
  });
  expect(violations).toEqual([]);
});
