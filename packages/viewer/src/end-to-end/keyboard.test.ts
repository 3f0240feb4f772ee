/** The viewer by keyboard alone, on two real snapshots of one process through the local server. */
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  goTo,
  pair,
  press,
  row,
  table,
  ViewerSession,
  watch,
  whenDrawn,
  whenFilled,
} from "./viewer-session.ts";

let session: ViewerSession;
let url: string;
let page: Page;

beforeAll(async () => {
  session = await ViewerSession.start();
  url = await session.serve(pair);
  page = await session.newPage();
  await page.goto(url);
});
watch(() => session);

/** What the table with the focus says is active. */
async function activeRow(): Promise<string> {
  await whenDrawn(page);
  return page.evaluate(() => {
    const id = document.activeElement?.getAttribute("aria-activedescendant") ?? "";
    return document.getElementById(id)?.textContent ?? "";
  });
}

/** Goes on with Tab until something has the focus. */
async function tabTo(selector: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

async function place(): Promise<string> {
  return page.evaluate(() => location.hash);
}

/** Goes to a Summary of one class alone, and into its table. */
async function showClass(text: string, name: RegExp): Promise<Locator> {
  await goTo(page, `#/2/summary?text=${text}`);
  const summary = table(page, "Objects by constructor");
  await eventually(() => summary.locator(".hs-table-row").allInnerTexts()).toEqual([
    expect.stringMatching(name),
  ]);
  await tabTo('[role="treegrid"]');
  return summary;
}

/** Opens the class of such a Summary, and selects its first object. */
async function selectFirst(summary: Locator): Promise<void> {
  await press(page, "Home", "ArrowRight");
  await eventually(() => summary.locator('[aria-level="2"] [role=gridcell]').count()).toBeGreaterThan(0);
  await press(page, "ArrowRight");
}

describe("by keyboard", () => {
  it("goes through every view", async () => {
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    const views = { s: "summary", c: "comparison", n: "containment", d: "dominators", t: "statistics" };
    for (const [letter, view] of Object.entries({ ...views, x: "strings", f: "search", o: "overview" })) {
      await press(page, "g", letter);
      await eventually(place).toContain(`#/2/${view}`);
      await eventually(() =>
        page.locator('.hs-navigation [aria-current="page"]').getAttribute("href"),
      ).toContain(view);
      await eventually(() => page.locator("main").innerText()).not.toBe("");
    }
    await press(page, "[");
    await eventually(place).toContain("#/1/overview");
    await press(page, "]");
    await eventually(place).toContain("#/2/overview");
    await press(page, "g", "r");
    expect(await place(), "growth is for three snapshots").toContain("#/2/overview");
  });

  it("sorts, expands to objects and their references, and selects", async () => {
    await press(page, "g", "s");
    const summary = table(page, "Objects by constructor");
    await whenFilled(summary);
    await tabTo('[role="treegrid"]');
    await press(page, "ArrowUp", "ArrowRight", "Enter");
    const count = summary.getByRole("columnheader", { name: "Count" });
    await eventually(() => count.getAttribute("aria-sort")).toBe("descending");
    await press(page, "Enter");
    await eventually(() => count.getAttribute("aria-sort")).toBe("ascending");
    await press(page, "Enter");
    await eventually(() => count.getAttribute("aria-sort")).toBe("descending");
    await eventually(() => summary.getAttribute("aria-busy")).toBe("false");

    await press(page, "ArrowDown", "Home", "ArrowRight");
    await eventually(() => summary.locator('[aria-level="2"] [role=gridcell]').count()).toBeGreaterThan(5);
    await press(page, "ArrowRight");
    await eventually(place).toMatch(/#\/2\/summary\?id=\d+/);
    await page.getByRole("heading", { level: 2, name: /^Object / }).waitFor();
    await press(page, "ArrowRight");
    await eventually(() => summary.locator('[aria-level="3"]').count()).toBeGreaterThan(0);
    await press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft");
    await eventually(() => summary.locator('[aria-level="2"]').count()).toBe(0);
  });

  it("filters by text and by expression, and says what is wrong with an expression", async () => {
    await goTo(page, "#/2/summary");
    const summary = table(page, "Objects by constructor");
    await tabTo('input[type="search"][aria-label="Filter by class"]');
    await page.keyboard.type("order");
    await eventually(place).toContain("text=order");
    await eventually(() => summary.locator(".hs-table-row").allInnerTexts()).toSatisfy(
      (rows: string[]) => rows.length > 0 && rows.length < 10 && rows.every((row) => /order/i.test(row)),
    );
    await press(page, "Control+a");
    await page.keyboard.type("/^Array$/");
    await eventually(() => summary.locator(".hs-table-row").count()).toBe(1);
    await press(page, "Control+a");
    await page.keyboard.type("/(/");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/group/i);
    expect(await summary.locator(".hs-table-row").count(), "the last good filter stays").toBe(1);
    await press(page, "Escape");
    await eventually(place).toBe("#/2/summary");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("chooses which objects count", async () => {
    await goTo(page, "#/2/summary");
    const all = await sums();
    await tabTo("main select");
    await page.keyboard.type("Duplicated");
    await eventually(place).toContain("only=duplicatedStrings");
    await eventually(sums).not.toBe(all);
    await goTo(page, "#/2/summary?only=allocated:1-2");
    await eventually(sums).not.toBe(all);
  });

  async function sums(): Promise<string> {
    return page.locator(".hs-toolbar-sums").first().innerText();
  }

  it("opens an object’s page, and goes back and forward", async () => {
    await selectFirst(await showClass("Order", /^Order/));
    await eventually(place).toContain("id=");
    const before = await place();
    await press(page, "Enter");
    await eventually(place).toMatch(/#\/2\/object\?id=\d+/);
    const object = await place();
    await page.getByRole("heading", { level: 1, name: /^Object / }).waitFor();
    // The keys of the browser itself are not there without a window.
    await page.goBack();
    await eventually(place).toBe(before);
    await page.goForward();
    await eventually(place).toBe(object);
  });

  it("ignores a retainer and restores it", async () => {
    await selectFirst(await showClass("%2F%5EArray%24%2F", /^Array/));
    await press(page, "Enter");
    await eventually(place).toMatch(/#\/2\/object\?id=\d+/);
    const retainers = table(page, "What holds the object");
    await whenFilled(retainers);
    await tabTo('[role="treegrid"]');
    await press(page, "Home", "Shift+F10");
    const entry = page.getByRole("menuitem", { name: "Ignore this retainer" });
    await entry.waitFor();
    for (
      let step = 0;
      step < 12 && !(await entry.evaluate((item) => item === document.activeElement));
      step++
    )
      await press(page, "ArrowDown");
    await press(page, "Enter");
    await eventually(place).toContain("ignored=");
    await eventually(() => retainers.locator(".hs-mark-ignored").count()).toBeGreaterThan(0);
    await page.getByText("1 retainer ignored").waitFor();
    const ignoring = await place();
    await page.reload();
    await eventually(place).toBe(ignoring);
    await eventually(() => retainers.locator(".hs-mark-ignored").count()).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Restore all (1)" }).focus();
    await press(page, "Enter");
    await eventually(place).not.toContain("ignored=");
    await eventually(() => retainers.locator(".hs-mark-ignored").count()).toBe(0);
  });

  it("goes through the tabs of an object by arrows", async () => {
    await page.getByRole("tab", { name: /^Retainers/ }).focus();
    for (const name of [/^Path from root/, /^References/, /^Dominators/]) {
      await press(page, "ArrowRight");
      await eventually(() => page.getByRole("tab", { name }).getAttribute("aria-selected")).toBe("true");
    }
  });

  it("copies rows as text and as TSV", async () => {
    await showClass("%2F%5EArray%24%2F", /^Array/);
    await press(page, "Home", "Control+c");
    await page.getByText("1 row copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^Array +\d+ +\d+ +\d+ +\d+$/);
    await press(page, "Control+Shift+c");
    await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(
      /^Constructor\tCount\tDistance\tShallow size\tRetained size\nArray\t\d+\t\d+\t\d+\t\d+$/,
    );
  });

  it("searches with /, and goes to what it finds", async () => {
    await press(page, "g", "s", "/");
    await page.keyboard.type("order");
    await press(page, "Enter");
    await eventually(place).toContain("#/2/search?text=order");
    const finds = table(page, /found|search/i);
    await whenFilled(finds);
    await tabTo('[role="treegrid"]');
    await press(page, "Home");
    await eventually(activeRow).toMatch(/order/i);
    await press(page, "Enter");
    await eventually(place).toMatch(/#\/2\/(summary|object)/);
    await press(page, "/", "Control+a");
    await page.keyboard.type("@3");
    await press(page, "Enter");
    await whenFilled(finds);
    await eventually(() => finds.innerText()).toContain("@3");
  });

  it("helps with ?", async () => {
    await goTo(page, "#/2/summary");
    await whenFilled(table(page, "Objects by constructor"));
    await page.locator("main").focus();
    await press(page, "?");
    const help = page.getByRole("dialog");
    await help.waitFor();
    for (const text of ["Summary", "Comparison", "search everywhere", "copy the row"])
      expect(await help.innerText()).toContain(text);
    await press(page, "g", "o");
    expect(await place(), "keys of the page rest while the sheet is open").toContain("summary");
    await press(page, "Escape");
    await eventually(() => help.count()).toBe(0);
  });

  it("keeps the place when it is loaded again", async () => {
    const summary = await showClass("Order", /^Order/);
    await selectFirst(summary);
    await eventually(place).toContain("id=");
    const here = await place();
    const heading = page.getByRole("heading", { level: 2, name: /^Object / });
    const object = await heading.innerText();
    await page.reload();
    await eventually(() => heading.innerText()).toBe(object);
    expect(await place()).toBe(here);
    await row(summary, "@").first().waitFor();
    const chosen = summary.locator('[aria-selected="true"]').first();
    await eventually(() => chosen.innerText()).toContain(here.split("id=")[1]);
  });

  it("changes language and theme, and remembers both", async () => {
    await goTo(page, "#/2/statistics");
    await page.getByText("In numbers, as Chrome DevTools has them").waitFor();
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.locator("main").focus();
    await press(page, "t");
    await eventually(background).not.toBe(light);
    const dark = await background();
    await page.getByRole("combobox", { name: "Language" }).focus();
    await page.keyboard.type("Indonesia");
    await eventually(() => page.locator("html").getAttribute("lang")).toBe("id");
    await page.getByRole("link", { name: "Ringkasan" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "Ringkasan" }).waitFor();
    expect(await background()).toBe(dark);
    const ids = {
      s: "summary",
      c: "comparison",
      n: "containment",
      d: "dominators",
      x: "strings",
      o: "overview",
    };
    for (const [letter, view] of Object.entries(ids)) {
      await press(page, "g", letter);
      await eventually(place).toContain(view);
      await page.locator("main h1").first().waitFor({ state: "attached" });
    }
  });
});
