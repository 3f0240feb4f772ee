/**
 * The three ways to an answer — a server, the page's own worker, a report from disk — show the same; and what goes wrong is told in
 * a sentence, and never ends the page.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  copyAll,
  goTo,
  pair,
  table,
  ViewerSession,
  watch,
  whenFilled,
} from "./viewer-session.ts";

let session: ViewerSession;
let empty: string;

beforeAll(async () => {
  session = await ViewerSession.start();
  ({ url: empty } = await session.serveAndKill([], ["--json"]));
});
watch(() => session);

/** The page that reads files itself, with these dropped. */
async function dropped(files: readonly string[]): Promise<Page> {
  const page = await session.newPage();
  await page.goto(empty);
  await page.getByRole("heading", { name: "What is in this heap?" }).waitFor();
  await page.locator('input[type="file"]').setInputFiles(files);
  return page;
}

describe("the three links", () => {
  it("show the same groups, comparison and object", async () => {
    const served = await session.newPage();
    await served.goto(await session.serve(pair));
    const worker = await dropped(pair);
    const report = await session.newPage();
    await report.goto(session.report(pair));
    const shown: Record<string, string>[][] = [];
    for (const page of [served, worker, report]) {
      await page.locator(".hs-navigation").waitFor();
      await goTo(page, "#/2/comparison?base=1");
      const changes = await copyAll(page, table(page, "What changed, by constructor"));
      await goTo(page, "#/2/summary");
      const groups = await copyAll(page, table(page, "Objects by constructor"));
      shown.push([...changes, ...groups.slice(0, 40)]);
    }
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
    for (const page of [served, worker, report]) await page.context().close();
  });

  it("say in the report what is not in it", async () => {
    const page = await session.newPage();
    await page.goto(session.report(pair));
    await page.locator(".hs-navigation").waitFor();
    await goTo(page, "#/2/search?text=order");
    await eventually(() => page.locator("main").innerText()).toMatch(/report/i);
    await page.context().close();
  });
});

describe("what goes wrong", () => {
  it("is told of files that are no snapshots", async () => {
    const whole = gunzipSync(readFileSync(pair[0]));
    const page = await dropped([
      session.write("1-cut.heapsnapshot", whole.subarray(0, whole.length / 2)),
      session.write("2-text.heapsnapshot", "This is not a snapshot.\n"),
      session.write("3-empty.heapsnapshot", ""),
      session.write("4-good.heapsnapshot", whole),
    ]);
    await eventually(() => page.getByText("could not be read").count()).toBeGreaterThan(2);
    const sentences: string[] = [];
    for (const file of [1, 2, 3]) {
      await goTo(page, `#/${file}/overview`);
      await page.locator("main .hs-problem, main [role=alert]").first().waitFor();
      sentences.push(await page.locator("main").innerText());
    }
    expect(sentences[0]).toMatch(/ends too early/);
    expect(sentences[1]).toMatch(/not a .*snapshot/i);
    expect(sentences[2]).toMatch(/empty/);
    await goTo(page, "#/4/summary");
    await whenFilled(table(page, "Objects by constructor"));
    await page.context().close();
  });

  it("is told of a server that has ended, and what was shown stays", async () => {
    const server = await session.serveAndKill(pair, ["--json"]);
    const page = await session.newPage({ allowed: /WebSocket|ERR_CONNECTION/ });
    await page.goto(`${server.url}#/2/summary`);
    const summary = table(page, "Objects by constructor");
    await whenFilled(summary);
    await server.stop();
    await page.locator(".hs-ended").waitFor();
    expect(await page.locator(".hs-ended").innerText()).toMatch(/heapscope|server/i);
    expect(await summary.locator(".hs-table-row").count()).toBeGreaterThan(5);
    await page.context().close();
  });

  it("is told of addresses that lead nowhere", async () => {
    const page = await session.newPage();
    const url = await session.serve(pair);
    await page.goto(`${url}#/2/object?id=123456789`);
    await eventually(() => page.locator("main").innerText()).toContain("@123456789");
    await goTo(page, "#/7/summary");
    await page.getByText("There is no file 7").waitFor();
    await goTo(page, "#/1/growth");
    await eventually(() => page.locator("main").innerText()).not.toBe("");
    for (const nonsense of [
      "#",
      "#/",
      "#/x/y",
      "#/1/__proto__",
      "#/2/summary?only=nativeContext:7&id=1e9",
      "#/2/profile",
    ]) {
      await goTo(page, nonsense);
      await eventually(() => page.locator("main").innerText()).not.toBe("");
    }
    await page.goto(`${url}#/2/summary?text=${encodeURIComponent("/(/")}`);
    await page.getByRole("alert").first().waitFor();
    await page.context().close();
  });

  it("can be cancelled", async () => {
    const page = await session.newPage();
    await page.goto(empty);
    const whole = gunzipSync(readFileSync(pair[0]));
    await page
      .locator('input[type="file"]')
      .setInputFiles(
        [1, 2, 3, 4, 5].map((at) => ({ name: `${at}.heapsnapshot`, mimeType: "", buffer: whole })),
      );
    await page.locator(".hs-files").waitFor();
    await goTo(page, "#/5/summary");
    await page.getByRole("button", { name: "Cancel" }).click();
    await eventually(() => page.locator("main").innerText()).toMatch(/cancel/i);
    await goTo(page, "#/1/summary");
    await whenFilled(table(page, "Objects by constructor"));
    await page.context().close();
  });
});
