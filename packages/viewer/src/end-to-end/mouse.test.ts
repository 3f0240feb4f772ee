/** The viewer by mouse: the main ways, columns, menus, the treemap and the range of a timeline. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  fixture,
  goTo,
  pair,
  row,
  table,
  ViewerSession,
  watch,
  whenFilled,
} from "./viewer-session.ts";

let session: ViewerSession;
let page: Page;

beforeAll(async () => {
  session = await ViewerSession.start();
  const url = await session.serve([...pair, fixture("node-24-timeline.heaptimeline")]);
  page = await session.newPage();
  await page.goto(url);
});
watch(() => session);

async function place(): Promise<string> {
  return page.evaluate(() => location.hash);
}

describe("by mouse", () => {
  it("goes to views and files, sorts, expands, selects and opens", async () => {
    await page.getByRole("link", { name: /2 node-24-pair-2/ }).click();
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Summary" }).click();
    await eventually(place).toContain("#/2/summary");
    const summary = table(page, "Objects by constructor");
    await whenFilled(summary);
    const count = summary.getByRole("columnheader", { name: "Count" });
    await count.click();
    await eventually(() => count.getAttribute("aria-sort")).toBe("descending");
    await page.getByRole("searchbox", { name: "Filter by class" }).fill("/^Order$/");
    await eventually(() => summary.locator(".hs-table-row").allInnerTexts()).toEqual([
      expect.stringMatching(/^Order/),
    ]);
    await row(summary, /^Order/)
      .locator("[data-twisty]")
      .click();
    const object = summary.locator('.hs-table-row[aria-level="2"]').first();
    await object.locator("[role=gridcell]").nth(2).click();
    await eventually(place).toContain("id=");
    await page.getByRole("heading", { level: 2, name: /^Object / }).waitFor();
    await object.locator("[role=gridcell]").nth(2).dblclick();
    await eventually(place).toContain("#/2/object?id=");
    await page.goBack();
    await eventually(place).toContain("#/2/summary");
    // As it was left.
    await eventually(() => count.getAttribute("aria-sort")).toBe("descending");
    await eventually(() =>
      summary.locator('.hs-table-row[aria-level="2"][aria-selected="true"]').count(),
    ).toBe(1);
  });

  it("resizes columns", async () => {
    await goTo(page, "#/2/summary");
    const distance = table(page, "Objects by constructor").getByRole("columnheader", { name: "Distance" });
    const before = (await distance.boundingBox())!;
    await page.mouse.move(before.x, before.y + 10);
    await page.mouse.down();
    await page.mouse.move(before.x - 40, before.y + 10, { steps: 4 });
    await page.mouse.up();
    await eventually(async () => Math.round((await distance.boundingBox())!.width)).toBe(
      Math.round(before.width) + 40,
    );
  });

  it("has a menu on every row", async () => {
    await goTo(page, "#/2/summary?text=Order");
    const summary = table(page, "Objects by constructor");
    await eventually(() => summary.locator('.hs-table-row[aria-level="1"]').count()).toBe(1);
    await row(summary, /^Order/)
      .first()
      .locator("[role=gridcell]")
      .nth(2)
      .click({ button: "right" });
    await page.getByRole("menuitem", { name: "Copy its name" }).click();
    await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toBe("Order");
    expect(await page.getByRole("menu").count()).toBe(0);
  });

  it("zooms into the treemap, and out", async () => {
    await goTo(page, "#/2/dominators?as=treemap");
    const chart = page.locator(".hs-boxes-scroll");
    await page.locator(".hs-boxes-canvas").waitFor();
    const box = (await chart.boundingBox())!;
    await chart.click({ position: { x: box.width / 4, y: box.height / 4 } });
    await eventually(place).toMatch(/as=treemap&id=\d+/);
    await page.goBack();
    await eventually(place).toBe("#/2/dominators?as=treemap");
  });

  it("chooses a range of the timeline, and shows what was allocated in it", async () => {
    await goTo(page, "#/3/allocation");
    const plot = page.locator(".hs-timeline-chart .u-over");
    await plot.waitFor();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 30, { steps: 6 });
    await page.mouse.up();
    const link = page.locator('.hs-timeline a[href*="only=ids"]');
    const range = /ids%3A(\d+)-(\d+)/.exec((await link.getAttribute("href"))!)!;
    expect(Number(range[1])).toBeLessThan(Number(range[2]));
    const chosen = await place();
    expect(chosen).toMatch(/^#\/3\/allocation\?range=\d+-\d+$/);
    await link.click();
    await eventually(place).toContain("#/3/summary?only=ids");
    await whenFilled(table(page, "Objects by constructor"));
    await page.goBack();
    await eventually(place).toBe(chosen);
    await eventually(() => link.getAttribute("href")).toContain(range[0]);
  });
});
