/** The built page in Chromium, without a server that knows anything: files are chosen, and the rest is keys and addresses. */
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { chromium, type Browser, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "../../../../scripts/chromium.mjs";

const fixtures = path.join(import.meta.dirname, "../../../../fixtures/snapshots");
const first = path.join(fixtures, "node-24-pair-1.heapsnapshot.gz");
const second = path.join(fixtures, "node-24-pair-2.heapsnapshot.gz");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

let folder: string;
let server: http.Server;
let origin: string;
let browser: Browser;
let page: Page;
/** Whatever the browser complained of, and whatever it asked of anyone else. */
let complaints: string[];

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-page-"));
  await build({
    configFile: path.join(import.meta.dirname, "../../vite.config.ts"),
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: false, minify: false },
  });
  // In a folder of its server: all paths are relative.
  server = http.createServer((request, response) => {
    const name = new URL(request.url!, "http://localhost").pathname.replace(/^\/deep\/down\//, "");
    const file = path.join(folder, name === "" ? "index.html" : name);
    const isThere = file.startsWith(folder) && fs.existsSync(file);
    response.writeHead(isThere ? 200 : 404, { "content-type": types[path.extname(file)] ?? "text/plain" });
    response.end(isThere ? fs.readFileSync(file) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch(await findChromium());
});

afterAll(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  complaints = [];
  page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-US",
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => request.url().startsWith(origin) || complaints.push(request.url()));
});

afterEach(async () => {
  await page.close();
  expect(complaints).toEqual([]);
});

const visit = (address = "") => page.goto(`${origin}/deep/down/${address}`);
const chooseFiles = (...files: string[]) => page.setInputFiles("input[type=file]", files);
const current = () => page.locator(".hs-navigation [aria-current]");
const hash = () => page.evaluate("location.hash");

describe("the page", () => {
  it("opens files that are chosen, and begins with what leaks in the last of them", async () => {
    await visit();
    await page.getByText("Nothing leaves this computer. The files are read").waitFor();
    await chooseFiles(second, first);
    await page.getByRole("heading", { level: 1, name: /^No leak: nothing accumulates/ }).waitFor();
    expect(await page.locator(".hs-file-name").allTextContents()).toEqual([
      path.basename(first),
      path.basename(second),
    ]);
    expect(await page.title()).toBe(`Overview · ${path.basename(second)} · heapscope`);
    expect(await page.locator(".hs-navigation a span").allTextContents()).toContain("Comparison");
    expect(await page.locator(".hs-navigation a span").allTextContents()).not.toContain("Growth");
  });

  it("keeps the place of the address until its file is there", async () => {
    await visit("#/1/statistics");
    await page.getByText("The address names a place in a file.").waitFor();
    await chooseFiles(first);
    await page.getByRole("cell", { name: "6,", exact: false }).first().waitFor();
    expect(await current().textContent()).toContain("Statistics");
    expect(await hash()).toBe("#/1/statistics");
  });

  it("goes by keys, and back and forward as the browser does", async () => {
    await visit();
    await chooseFiles(first);
    await page.getByRole("heading", { name: /^6\.\d MB, of which/ }).waitFor();
    await page.keyboard.type("gt");
    await page.getByRole("heading", { name: /^Strings are \d+ % of/ }).waitFor();
    await page.keyboard.type("go");
    await page.getByRole("heading", { name: /^6\.\d MB, of which/ }).waitFor();
    await page.goBack();
    expect(await current().textContent()).toContain("Statistics");
    await page.goForward();
    expect(await current().textContent()).toContain("Overview");

    await page.keyboard.press("/");
    await page.keyboard.type("gst?[");
    expect(await page.getByRole("searchbox", { name: "Search everywhere" }).inputValue()).toBe("gst?[");
    await page.keyboard.press("Enter");
    expect(await hash()).toBe("#/1/search?text=gst%3F%5B");
  });

  it("stays where one goes while a selection is about to be told, however late its view is gone", async () => {
    await page.clock.install();
    await visit("#/1/dominators");
    await chooseFiles(first);
    const grid = page.getByRole("treegrid").first();
    await grid.locator("[role=gridcell]").first().waitFor();
    await page.clock.pauseAt(Date.now() + 60_000);
    await grid.focus();
    await page.keyboard.press("ArrowDown");
    await page.clock.runFor(500);
    const sameView = await hash();
    expect(sameView).toMatch(/^#\/1\/dominators\?id=\d+$/);
    for (const next of ["#/1/dominators?as=treemap", sameView])
      for (let pauseMs = 8; pauseMs <= 128; pauseMs += 8) {
        await grid.focus();
        await page.keyboard.press("ArrowDown");
        await page.clock.runFor(pauseMs);
        await page.evaluate(`location.hash = "${String(next)}"`);
        await page.clock.runFor(500);
        expect(await hash(), `${pauseMs} ms later`).toBe(next);
        for (const back of ["#/1/statistics", "#/1/dominators"]) {
          await page.evaluate(`location.hash = "${back}"`);
          await page.clock.runFor(500);
        }
      }
  });

  it("shows its keys on a sheet that keeps the focus", async () => {
    await visit();
    await page.locator(".hs-drop").waitFor();
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keys" });
    await sheet.waitFor();
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press("Tab");
      expect(
        await page.evaluate(
          "document.activeElement === document.body || document.activeElement.closest('dialog') !== null",
        ),
      ).toBe(true);
    }
    await page.keyboard.press("t");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBeUndefined();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
  });

  it("remembers theme and language", async () => {
    await visit();
    await page.locator(".hs-drop").waitFor();
    await page.keyboard.press("t");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.getByRole("combobox", { name: "Language" }).selectOption("id");
    await page.getByRole("heading", { name: "Apa isi heap ini?" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Apa isi heap ini?" }).waitFor();
    expect(
      await page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme].join()"),
    ).toBe("id,dark");
  });

  it("says in a sentence what is wrong with a file, an address, a number", async () => {
    const bytes = gunzipSync(fs.readFileSync(first));
    await visit();
    await page.setInputFiles("input[type=file]", [
      {
        name: "<img src=x onerror=alert(1)>\u202e.heapsnapshot",
        mimeType: "",
        buffer: bytes.subarray(0, 50_000),
      },
    ]);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/\.$/);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
      "<img src=x onerror=alert(1)>\\u{202e}.heapsnapshot could not be read",
    );
    await page.evaluate("location.hash = '#/7/summary'");
    await page.getByText("There is no file 7: one file is open.").waitFor();
    await page.evaluate("location.hash = '#/%00/<script>'");
    await page.getByRole("heading", { name: /could not be read$/ }).waitFor();
  });
});
