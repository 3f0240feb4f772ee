/** axe-core has nothing to say about any view, in light and in dark, with an object selected and with the sheets open. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  fixture,
  goTo,
  pair,
  PAIR_PLACES,
  profileFixture,
  readAxe,
  ViewerSession,
  watch,
  whenDrawn,
} from "./viewer-session.ts";

let session: ViewerSession;
let url: string;

const files = [
  ...pair,
  fixture("node-24-default.heapsnapshot"),
  fixture("node-24-timeline.heaptimeline"),
  profileFixture("node-24-orders.cpuprofile"),
  profileFixture("node-24-orders.heapprofile"),
];

beforeAll(async () => {
  session = await ViewerSession.start();
  url = await session.serve(files);
});
watch(() => session);

const PLACES = [
  ...PAIR_PLACES,
  "#/2/summary?text=Order&only=retainedByContexts",
  "#/3/growth",
  "#/2/search",
  "#/2/search?text=order",
  "#/2/object?id=7065",
  "#/2/object?id=123456789",
  "#/4/allocation",
  "#/5/profile",
  "#/5/profile?as=down",
  "#/6/profile?as=up",
  "#/9/overview",
];

async function whenShown(page: Page, hash: string): Promise<void> {
  await goTo(page, hash);
  await eventually(() => page.locator("main").innerText()).not.toBe("");
  await eventually(() => page.locator('main [aria-busy="true"]').count()).toBe(0);
  await whenDrawn(page);
}

/** Each violation as a line: rule, element. */
async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: unknown, options: object): Promise<{ violations: readonly Violation[] }> };
    };
    interface Violation {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
    }
    const result = await axe.run(document, { resultTypes: ["violations"] });
    return result.violations.map(
      ({ id, nodes }) =>
        `${id} (${nodes.length}): ${nodes[0]!.html.slice(0, 160)} ${nodes[0]!.failureSummary?.slice(0, 200) ?? ""}`,
    );
  });
}

describe("axe-core", () => {
  it.each(["light", "dark"] as const)("has nothing to say in %s", async (colorScheme) => {
    const page = await session.newPage({ colorScheme, bypassCSP: true });
    await page.goto(url);
    await page.addScriptTag({ content: readAxe() });
    const found: string[] = [];
    for (const hash of PLACES) {
      await whenShown(page, hash);
      for (const violation of await violations(page)) found.push(`${hash} ${violation}`);
    }
    await whenShown(page, "#/2/summary?text=Order");
    await page.getByRole("treegrid").first().focus();
    for (const key of ["Home", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
    await page.locator(".hs-pane").first().waitFor();
    for (const violation of await violations(page)) found.push(`selected ${violation}`);
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menu").waitFor();
    for (const violation of await violations(page)) found.push(`menu ${violation}`);
    await page.keyboard.press("Escape");
    await page.locator("main").focus();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    for (const violation of await violations(page)) found.push(`help ${violation}`);
    expect([...new Set(found)]).toEqual([]);
    await page.context().close();
  });

  it("has nothing to say about the page before there are files", async () => {
    const { url: empty } = await session.serveAndKill([], ["--json"]);
    const page = await session.newPage({ bypassCSP: true });
    await page.goto(empty);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.addScriptTag({ content: readAxe() });
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});
