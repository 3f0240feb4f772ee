/**
 * The tree-table in a real Chromium, by keyboard and by mouse: on `browser-test-page.tsx`, with a million rows and more that
 * are made when they are asked for.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleTestPage, routeTestPage } from "../browser-test-page.ts";
import "./browser-test-window.ts";
import { findChromium } from "../../../../scripts/chromium.mjs";

const origin = "http://table.test";
const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let browser: Browser;
let page: Page;
let grid: Locator;
let errors: string[];

beforeAll(async () => {
  const files = await bundleTestPage(import.meta.dirname);
  browser = await chromium.launch(await findChromium());
  page = await browser.newPage({ viewport: { width: 1000, height: 520 } });
  grid = page.getByRole("treegrid", { name: "Numbers" });
  page.on("pageerror", (error) => errors.push(error.message));
  await routeTestPage(page, { origin, title: "Table", files });
});

afterAll(() => browser?.close());

beforeEach(() => {
  errors = [];
});

afterEach(async () => {
  await page.evaluate(() => sessionStorage.clear());
  expect(errors).toEqual([]);
});

async function open(wishes = ""): Promise<void> {
  await page.goto(`${origin}/?${wishes}`);
  await row("Session 0 ").waitFor();
}

/** The row whose name begins so. */
function row(name: string): Locator {
  return page.locator(".hs-table-row").filter({ hasText: new RegExp(`^${name.replaceAll(".", "\\.")}`) });
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** The row that a screen reader speaks of. */
async function activeName(): Promise<string> {
  // Drawn with the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const id = await grid.getAttribute("aria-activedescendant");
  return id === null ? "" : ((await page.locator(`[id="${id}"]`).textContent()) ?? "");
}

describe("by keyboard", () => {
  it("moves, expands and collapses, and says where it is", async () => {
    await open();
    await press("Tab");
    await expect.poll(activeName).toMatch(/^Session 0 /);
    expect(await row("Session 0 ").getAttribute("aria-selected")).toBe("false");
    await press("ArrowDown");
    expect(await activeName()).toMatch(/^Session 1 /);
    expect(await row("Session 1 ").getAttribute("aria-selected")).toBe("true");

    await press("ArrowRight");
    await row("Session 1.0 ").waitFor();
    expect(await grid.getAttribute("aria-rowcount")).toBe("1001001");
    await press("ArrowRight");
    expect(await activeName()).toMatch(/^Session 1\.0 /);
    const child = row("Session 1.0 ");
    expect(await child.getAttribute("aria-level")).toBe("2");
    expect(await child.getAttribute("aria-posinset")).toBe("1");
    expect(await child.getAttribute("aria-setsize")).toBe("1000");
    expect(await child.getAttribute("aria-rowindex")).toBe("4");
    expect(await row("Session 1 ").getAttribute("aria-expanded")).toBe("true");

    await press("ArrowLeft");
    expect(await activeName()).toMatch(/^Session 1 /);
    await press("ArrowLeft");
    await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("1000001");

    await press("End");
    await expect.poll(activeName).toMatch(/^Session 999999 /);
    await press("PageUp", "Home");
    await expect.poll(activeName).toMatch(/^Session 0 /);
    await press("PageDown");
    expect(await activeName()).toMatch(/^(Session|<b>)/);
    await press("Home", "*");
    await expect.poll(() => page.locator('[aria-expanded="true"]').count()).toBeGreaterThan(0);
  });

  it("opens, selects ranges, and tells the page the selected row", async () => {
    await open();
    await press("Tab", "ArrowDown", "Enter");
    expect(await page.evaluate(() => window.testPage.opened)).toEqual(["Session 1"]);
    await press("Shift+ArrowDown", "Shift+ArrowDown");
    await expect.poll(() => page.locator('.hs-table-row[aria-selected="true"]').count()).toBe(3);
    await expect
      .poll(() => page.evaluate(() => window.testPage.selected.at(-1)))
      .toMatch(/^<b>Very long name/);
    await press("ArrowUp", "Space");
    await expect.poll(() => page.locator('.hs-table-row[aria-selected="true"]').count()).toBe(0);
    await expect.poll(() => page.evaluate(() => window.testPage.selected.at(-1))).toBe("");
  });

  it("sorts and resizes from the titles, to which Up goes from the first row", async () => {
    await open();
    await press("Tab", "ArrowUp", "ArrowRight", "ArrowRight");
    expect(await activeName()).toBe("Count");
    const count = page.getByRole("columnheader", { name: "Count" });
    expect(await count.getAttribute("aria-sort")).toBe("descending");
    await press("Enter");
    await expect.poll(() => count.getAttribute("aria-sort")).toBe("ascending");
    await row("Session 999999 ").waitFor();
    const before = (await count.boundingBox())!.width;
    await press("Shift+ArrowRight", "Shift+ArrowRight");
    await expect.poll(async () => (await count.boundingBox())!.width).toBe(before + 16);
    await page.reload();
    await row("Session 0 ").waitFor();
    expect((await count.boundingBox())!.width, "remembered for the session").toBe(before + 16);
    await press("Tab", "ArrowUp", "ArrowDown");
    expect(await activeName()).toMatch(/^Session 0 /);
  });

  it("has a menu, which Escape closes", async () => {
    await open();
    await press("Tab", "ArrowDown", "Shift+F10");
    const menu = page.getByRole("menu");
    await menu.waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("Open");
    await press("Escape");
    await expect.poll(() => menu.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("treegrid");
    await press("Shift+F10", "ArrowDown", "Enter");
    await row("Session 1.0 ").waitFor();
  });

  it("is one stop of the Tab key", async () => {
    await open();
    await press("Tab", "ArrowDown", "Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("After the table");
  });

  it("copies the selected rows as text and as TSV", async () => {
    // The clipboard is for secure pages only; here the older way must do, and can be listened to.
    await open();
    await page.evaluate(() =>
      addEventListener("copy", (event) => {
        document.title = event.clipboardData!.getData("text/plain");
      }),
    );
    await press("Tab", "ArrowDown", "Shift+ArrowDown", "Control+c");
    await expect.poll(() => page.title()).toMatch(/^Session 1 .*Session 2 /);
    await expect.poll(() => page.getByRole("status").textContent()).toBe("2 rows copied");
    await press("Control+Shift+c");
    await expect.poll(() => page.title()).toMatch(/^Constructor Distance Count /);
  });
});

describe("by mouse", () => {
  it("expands by the twisty, selects by a click, opens by a double click", async () => {
    await open();
    await row("Session 1 ").locator("[data-twisty]").click();
    await row("Session 1.0 ").waitFor();
    expect(await row("Session 1 ").getAttribute("aria-selected")).toBe("false");
    await row("Session 1.1 ").click();
    await expect.poll(() => row("Session 1.1 ").getAttribute("aria-selected")).toBe("true");
    await row("Session 1.4 ").click({ modifiers: ["Shift"] });
    await expect.poll(() => page.locator('.hs-table-row[aria-selected="true"]').count()).toBe(4);
    await row("Session 1.2 ").dblclick();
    expect(await page.evaluate(() => window.testPage.opened)).toEqual(["Session 1.2"]);
    await row("Session 1 ").locator("[data-twisty]").click();
    await expect.poll(() => row("Session 1.0 ").count()).toBe(0);
    expect(await row("Session 1 ").getAttribute("aria-selected"), "what was in it is selected no more").toBe(
      "true",
    );
  });

  it("sorts by a click, keeping what is expanded and selected", async () => {
    await open("rows=50");
    await row("Session 2 ").locator("[data-twisty]").click();
    await row("Session 2.0 ").click();
    await page.getByRole("columnheader", { name: "Count" }).click();
    await row("Session 48 ").waitFor();
    await grid.focus();
    await press("End");
    await expect.poll(activeName).toMatch(/^Session 0 /);
    await row("Session 2 ").waitFor();
    expect(await row("Session 2 ").getAttribute("aria-expanded")).toBe("true");
    await row("Session 2.0 ").waitFor();
    const distance = page.getByRole("columnheader", { name: "Distance" });
    expect(await distance.getAttribute("aria-sort")).toBeNull();
  });

  it("moves the line between columns, and back by a double click", async () => {
    await open();
    const size = page.getByRole("columnheader", { name: "Shallow size" });
    const line = size.locator(".hs-table-line");
    const { x, y, width, height } = (await line.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 30, y + height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await size.boundingBox())!.width).toBe(80);
    expect(await size.getAttribute("aria-sort"), "resizing does not sort").toBe("none");
    await line.dblclick();
    await expect.poll(async () => (await size.boundingBox())!.width).toBe(110);
  });

  it("has a menu at the pointer, which a click beside it closes", async () => {
    await open();
    await row("Session 2 ").click({ button: "right", position: { x: 200, y: 10 } });
    await page.getByRole("menuitem", { name: "Open" }).click();
    expect(await page.evaluate(() => window.testPage.opened)).toEqual(["menu Session 2"]);
    await row("Session 2 ").click({ button: "right", position: { x: 200, y: 10 } });
    await page.getByRole("menu").waitFor();
    await page.getByRole("heading").click();
    await expect.poll(() => page.getByRole("menu").count()).toBe(0);
  });

  it("keeps the rows of the parents in view", async () => {
    await open();
    await row("Session 1 ").locator("[data-twisty]").click();
    await row("Session 1.0 ").waitFor();
    await grid.hover();
    await page.mouse.wheel(0, 2_000);
    const parent = page.locator(".hs-table-ancestor");
    await expect.poll(() => parent.allTextContents()).toMatchObject([expect.stringMatching(/^Session 1 /)]);
    await parent.click();
    await expect.poll(activeName).toMatch(/^Session 1 /);
  });
});

describe("a hundred million rows", () => {
  it("scrolls by the wheel row by row, everywhere", async () => {
    await open("rows=100000000");
    await grid.hover();
    const first = async () =>
      Number(await page.locator("[data-visible]").first().getAttribute("data-visible"));
    await page.evaluate(() => {
      const scroller = document.querySelector(".hs-table-scroller")!;
      scroller.scrollTop = scroller.scrollHeight / 2;
    });
    await expect.poll(first).toBeGreaterThan(40_000_000);
    const before = await first();
    await page.mouse.wheel(0, 220);
    await expect.poll(first).toBe(before + 10);
    await page.mouse.wheel(0, -22);
    await expect.poll(first).toBe(before + 9);
    await page.evaluate(() => {
      const scroller = document.querySelector(".hs-table-scroller")!;
      scroller.scrollTop = scroller.scrollHeight;
    });
    await row("Session 99999998 ").waitFor();
    expect(await page.locator("[data-visible]").last().getAttribute("data-visible")).toBe("99999999");
    expect(await page.getByRole("row").count(), "only what is visible is there").toBeLessThan(40);
  });

  it("goes to both ends by keys", async () => {
    await open("rows=100000000");
    await press("Tab", "End");
    await expect.poll(activeName).toMatch(/^.*@99999999000000/);
    await press("ArrowUp", "ArrowUp");
    await expect.poll(activeName).toMatch(/^Session 99999997 /);
    await press("Home");
    await expect.poll(activeName).toMatch(/^Session 0 /);
  });
});

describe("what takes long or fails", () => {
  it("says in words that rows are loading, and how far", async () => {
    await page.goto(`${origin}/?delay=1000`);
    await page.getByText("loading…").waitFor();
    await page.getByText("sorting… 50 %").waitFor();
    await row("Session 0 ").waitFor();
  });

  it("ends what takes long by the keyboard, and tries again", async () => {
    await page.goto(`${origin}/?delay=2000`);
    const cancel = page.getByRole("button", { name: "Cancel" });
    await cancel.waitFor();
    await grid.focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("Cancelled.").waitFor();
    expect(await cancel.count()).toBe(0);
    // The focus is in the table again.
    await page.keyboard.press("Enter");
    await row("Session 0 ").waitFor();
  });

  it("says why rows did not come, and tries again", async () => {
    await open();
    await page.evaluate(() => (window.testPage.problem = "The server has ended: start it again."));
    await row("Session 1 ").locator("[data-twisty]").click();
    await page.getByText("The server has ended: start it again.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await row("Session 1.0 ").waitFor();
  });

  it("says that there are no rows", async () => {
    await page.goto(`${origin}/?rows=0`);
    await page.getByText("No rows.").waitFor();
    expect(await grid.getAttribute("aria-rowcount")).toBe("1");
  });
});

describe("an object", () => {
  it("is revealed: expanded along the way, selected and in view", async () => {
    await open();
    await page.evaluate(() => window.testPage.reveal(700_000_500));
    await expect
      .poll(() => page.locator('.hs-table-row[aria-selected="true"]').textContent())
      .toMatch(/@700000500/);
    expect(await row("Session 700 ").count(), "the parent is above").toBe(0);
    await press("Tab");
    await expect.poll(activeName).toMatch(/@700000500/);
  });

  it("that is not in the table is said not to be", async () => {
    await open("rows=10");
    await page.evaluate(() => window.testPage.reveal(99_000_000));
    await page.getByText("Object @99000000 is not in this table.").waitFor();
  });
});

describe.for(["light", "dark"])("in %s colours", (theme) => {
  it("has no accessibility violation that axe-core knows", async () => {
    await open(`theme=${theme}`);
    await press("Tab", "ArrowDown", "ArrowRight");
    await row("Session 1.0 ").waitFor();
    await press("ArrowDown", "Shift+ArrowDown");
    // Through the browser's own door, which the page's policy does not close.
    await page.evaluate(fs.readFileSync(axePath, "utf8"));
    const violations = async () =>
      page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof import("axe-core") };
        const found = (await axe.run()).violations;
        return found.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(" ")}`,
        );
      });
    expect(await violations()).toEqual([]);
    await press("Shift+F10");
    await page.getByRole("menu").waitFor();
    expect(await violations()).toEqual([]);
  });

  it("shows hostile names as text, cut, with at most 1,000 characters on hover", async () => {
    await open(`theme=${theme}`);
    const cell = page
      .locator(".hs-table-row")
      .filter({ hasText: "Very long name" })
      .first()
      .getByRole("gridcell")
      .first();
    expect(await cell.locator("b").count()).toBe(0);
    const title = (await cell.getAttribute("title"))!;
    expect(title).toContain("<b>Very long name");
    expect(title).toContain("\\u{202e}");
    expect((await cell.boundingBox())!.height).toBe(22);
  });
});
