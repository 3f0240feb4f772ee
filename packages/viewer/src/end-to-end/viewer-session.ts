/**
 * The viewer as users have it, for the end-to-end tests: the built command, its server as a process, and pages in a real Chromium
 * that are watched. Whatever a page does that it must not do is a failing test: an error, a message on the console, a dialog, a
 * window that opens, or a request to anywhere but where the page itself is from.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, expect } from "vitest";
import { findChromium } from "../../../../scripts/chromium.mjs";
import { buildCommandInto, startViewer } from "../../../../scripts/viewer-process.mjs";

const repository = join(import.meta.dirname, "../../../..");

/** What a test may show without failing. */
export interface PageOptions extends BrowserContextOptions {
  /** Messages on the console that are meant to be there. */
  readonly allowed?: RegExp;
}

/** Command, browser and servers of one test file; `end` ends them all. */
export class ViewerSession {
  readonly folder: string = mkdtempSync(join(tmpdir(), "heapscope-viewer-"));
  readonly cli: string;
  readonly browser: Browser;
  /** What pages did that they must not do. */
  readonly offences: string[] = [];
  readonly #stops: (() => Promise<void>)[] = [];

  private constructor(browser: Browser) {
    this.browser = browser;
    this.cli = buildCommandInto(join(this.folder, "package"));
  }

  static async start(): Promise<ViewerSession> {
    return new ViewerSession(await chromium.launch(await findChromium()));
  }

  async end(): Promise<void> {
    await this.browser.close();
    for (const stop of this.#stops) await stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A file that the tests make. Returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  /** Serves files as `heapscope open` does, all read when this resolves. Returns the address. */
  async serve(files: readonly string[]): Promise<string> {
    const { url } = await this.serveAndKill(files, ["--json"]);
    return url;
  }

  /** The same, with a way to end the server. */
  async serveAndKill(
    files: readonly string[],
    words: readonly string[] = [],
  ): Promise<{ readonly url: string; stop(): Promise<void> }> {
    const server = await startViewer(this.cli, [...files, ...words]);
    this.#stops.push(server.stop);
    return server;
  }

  /** Runs the command and returns its one JSON object. */
  // oxlint-disable-next-line typescript/no-explicit-any -- answers of all shapes
  run(words: readonly string[]): any {
    const output = execFileSync(process.execPath, [this.cli, ...words, "--json"], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { PATH: process.env["PATH"] },
    });
    return JSON.parse(output);
  }

  /** A report of files, as one HTML file. Returns its address. */
  report(files: readonly string[]): string {
    const file = join(this.folder, "report.html");
    execFileSync(process.execPath, [this.cli, "report", ...files, "-o", file, "--overwrite"], {
      env: { PATH: process.env["PATH"] },
      stdio: ["ignore", "ignore", "inherit"],
    });
    return `file://${file}`;
  }

  /** A page that is watched, in a context of its own: nothing is stored from another test. */
  async newPage({ allowed, ...options }: PageOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => this.offences.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() !== "warning" && message.type() !== "error") return;
      if (allowed?.test(message.text()) !== true) this.offences.push(`console: ${message.text()}`);
    });
    page.on("dialog", (dialog) => {
      this.offences.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("popup", () => this.offences.push("a window was opened"));
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      const isHere =
        protocol === "file:" || protocol === "data:" || protocol === "blob:" || hostname === "127.0.0.1";
      if (!isHere) this.offences.push(`request: ${request.url().slice(0, 200)}`);
    });
    return page;
  }
}

/** Ends a session after the tests of a file, and fails each test in which a page did what it must not do. */
export function watch(session: () => ViewerSession): void {
  // There is none if it could not be started.
  afterAll(() => (session() as ViewerSession | undefined)?.end());
  afterEach(() => expect(session().offences.splice(0)).toEqual([]));
}

/** A snapshot from the repository. */
export function fixture(name: string): string {
  return join(repository, "fixtures", "snapshots", `${name}.gz`);
}

/** A profile from the repository. */
export function profileFixture(name: string): string {
  return join(repository, "fixtures", "profiles", `${name}.gz`);
}

/** Two snapshots of one process. */
export const pair: readonly [string, string] = [
  fixture("node-24-pair-1.heapsnapshot"),
  fixture("node-24-pair-2.heapsnapshot"),
];

/** The views of two snapshots, on the second. */
export const PAIR_PLACES: readonly string[] = [
  "#/2/overview",
  "#/2/summary",
  "#/2/comparison?base=1",
  "#/2/containment",
  "#/2/dominators",
  "#/2/dominators?as=treemap",
  "#/2/dominators?as=icicle",
  "#/2/statistics",
  "#/2/strings",
  "#/2/strings?list=largest",
];

/** The source of axe-core. */
export function readAxe(): string {
  return readFileSync(join(repository, "node_modules/axe-core/axe.min.js"), "utf8");
}

/** What will be so before long: a machine may be busy with other tests. */
export function eventually<Value>(value: () => Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(value, { timeout: 15_000 });
}

/** Presses one key after the other. */
export async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** A table of the page, by its name. */
export function table(page: Page, name: string | RegExp): Locator {
  return page.getByRole("treegrid", { name });
}

/** The rows of a table that are drawn, by their text. */
export function row(of: Locator, text: string | RegExp): Locator {
  return of.locator(".hs-table-row").filter({ hasText: text });
}

/** Goes to a place of the page that is open, as a person does who changes the address. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((wanted) => {
    location.hash = wanted;
  }, hash);
}

/** Waits until what the page has to draw is drawn. */
export async function whenDrawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Waits until a table has rows, of the question that was asked last. */
export async function whenFilled(of: Locator): Promise<void> {
  await eventually(() => of.getAttribute("aria-busy")).toBe("false");
  await of.locator(".hs-table-row [role=gridcell]").first().waitFor();
}

/**
 * All rows of a table with exact numbers, by the last entry of a row's menu, as objects by the columns' titles. What is copied
 * can be more than what is drawn, but not more than ten thousand rows.
 */
export async function copyAll(page: Page, of: Locator): Promise<Record<string, string>[]> {
  await whenFilled(of);
  await of.focus();
  await press(page, "Home", "Shift+F10");
  await page.getByRole("menuitem", { name: "Copy all visible rows as TSV" }).click();
  await eventually(() => page.getByRole("status").allTextContents()).toContainEqual(
    expect.stringMatching(/copied/),
  );
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const [head, ...lines] = text.split("\n").map((line) => line.split("\t"));
  return lines.map((cells) => Object.fromEntries(cells.map((cell, at) => [head![at]!, cell])));
}
