/**
 * What the page shows is what the command prints: every row of the tables, copied as TSV with exact numbers, against the
 * command's `--json`; and of one table, what is drawn while it is scrolled through, against what was copied.
 */
import { classLabel, escapeText, formatCount, formatPercent, formatSize } from "@heapscope/wording";
import type { Page } from "playwright-core";
import { LONGEST_NAME } from "../protocol/index.ts";
import { beforeAll, describe, expect, it } from "vitest";
import {
  eventually,
  copyAll,
  fixture,
  pair,
  table,
  ViewerSession,
  watch,
  whenDrawn,
  whenFilled,
} from "./viewer-session.ts";

let session: ViewerSession;
let url: string;
let page: Page;

const files = [...pair, fixture("chromium-page.heapsnapshot"), fixture("node-24-timeline.heaptimeline")];

beforeAll(async () => {
  session = await ViewerSession.start();
  url = await session.serve(files);
  page = await session.newPage();
});
watch(() => session);

async function open(hash: string, name: string): Promise<Record<string, string>[]> {
  await page.goto("about:blank");
  await page.goto(url + hash);
  return await copyAll(page, table(page, name));
}

/** In an order that does not depend on how equal rows are sorted. */
function sorted(rows: readonly (readonly (string | number)[])[]): string[] {
  return rows.map((row) => row.join(" | ")).sort();
}

/** As a spreadsheet is given it. */
function cell(text: string): string {
  return /^[=+\-@]/.test(text) ? `'${text}` : text;
}

// oxlint-disable-next-line typescript/no-explicit-any -- answers of the command
type Json = any;

describe("the page and the command", () => {
  it.each([0, 1, 2, 3])("have the same groups, of file %i", async (at) => {
    const rows = await open(`#/${at + 1}/summary`, "Objects by constructor");
    const { groups } = session.run(["summary", files[at]!, "--limit", "0"]);
    expect(rows.length).toBe(groups.length);
    expect(rows.length).toBeGreaterThan(50);
    expect(
      sorted(
        rows.map((row) => [row["Constructor"]!, row["Count"]!, row["Shallow size"]!, row["Retained size"]!]),
      ),
    ).toEqual(
      sorted(
        groups.map((group: Json) => [
          // Longer names are cut.
          cell(classLabel(group.className.slice(0, LONGEST_NAME))),
          group.count,
          group.shallowSize,
          group.retainedSize,
        ]),
      ),
    );
  });

  it("draw those groups as they are scrolled through", async () => {
    const { groups } = session.run(["summary", pair[1], "--limit", "0"]);
    const total = session.run(["summary", pair[1]]).snapshot.totalSize;
    await page.goto("about:blank");
    await page.goto(`${url}#/2/summary`);
    const summary = table(page, "Objects by constructor");
    await whenFilled(summary);
    const drawn = new Map<string, readonly string[]>();
    await summary.focus();
    const areAllLoaded = (): Promise<boolean> =>
      summary
        .locator(".hs-table-row")
        .evaluateAll((rows) => rows.every((row) => row.querySelectorAll("[role=gridcell]").length > 1));
    // A page that is drawn late on a busy machine is met the next time round.
    for (let rounds = 0; drawn.size < groups.length && rounds < 5; rounds++) {
      await page.keyboard.press("Home");
      for (let pages = 0, isEnd = false; !isEnd && pages < 200; pages++) {
        await whenDrawn(page);
        await eventually(areAllLoaded).toBe(true);
        const rows = await summary.locator(".hs-table-row").evaluateAll((elements) =>
          elements.map((element) => ({
            place: element.getAttribute("aria-rowindex")!,
            cells: [...element.querySelectorAll<HTMLElement>("[role=gridcell]")].map(
              (cell) => cell.innerText,
            ),
          })),
        );
        for (const { place, cells } of rows) if (cells.length > 1) drawn.set(place, cells);
        isEnd = rows.some(({ place }) => Number(place) === groups.length + 1);
        await page.keyboard.press("PageDown");
      }
    }
    const shown = [...drawn.values()].map((cells) =>
      cells.slice(1).map((text) =>
        text
          .replace(/\s*(?=[\d.,<]+ ?%)/, " ")
          .replaceAll(/\s+/g, " ")
          .trim(),
      ),
    );
    const share = (size: number): string => `${formatSize(size)} ${formatPercent(size, total)}`;
    expect(sorted(shown.map(([count, , shallow, retained]) => [count!, shallow!, retained!]))).toEqual(
      sorted(
        groups.map((group: Json) =>
          [formatCount(group.count), share(group.shallowSize), share(group.retainedSize)].map((text) =>
            text.replaceAll(/\s+/g, " "),
          ),
        ),
      ),
    );
  });

  it("have the same comparison", async () => {
    const rows = await open("#/2/comparison?base=1", "What changed, by constructor");
    const { groups } = session.run(["diff", ...pair, "--limit", "0"]);
    expect(
      sorted(
        rows.map((row) =>
          [
            "Constructor",
            "# New",
            "# Deleted",
            "# Delta",
            "Alloc. size",
            "Freed size",
            "Size delta",
            "New retained",
          ].map((name) => row[name]!),
        ),
      ),
    ).toEqual(
      sorted(
        groups.map((group: Json) => [
          cell(classLabel(group.className)),
          group.added,
          group.removed,
          group.countDelta,
          group.addedSize,
          group.removedSize,
          group.sizeDelta,
          group.addedRetainedSize,
        ]),
      ),
    );
  });

  it("have the same statistics", async () => {
    const { statistics } = session.run(["summary", pair[1]]);
    await page.goto(`${url}#/2/statistics`);
    const lines = page.locator(".hs-figures tbody tr");
    await lines.first().waitFor();
    const bytes = new Map(
      (await lines.evaluateAll((rows) =>
        rows.map((row) => [
          row.querySelector("th")!.textContent!.trim(),
          Number(row.querySelector("td:last-child")!.textContent!.replaceAll(",", "")),
        ]),
      )) as [string, number][],
    );
    const { native, v8heap } = statistics;
    expect(Object.fromEntries(bytes)).toMatchObject({
      "JavaScript heap": v8heap.total,
      Code: v8heap.code,
      Strings: v8heap.strings,
      "JS arrays": v8heap.jsArrays,
      "System objects": v8heap.system,
      "Typed arrays": native.typedArrays,
      Total: statistics.total,
    });
  });

  it("have the same duplicate strings", async () => {
    const rows = await open("#/2/strings", "Strings of the heap");
    const { groups } = session.run(["strings", pair[1], "--limit", "0"]);
    expect(sorted(rows.map((row) => [row["Count"]!, row["Shallow size"]!, row["Retained size"]!]))).toEqual(
      sorted(groups.map((group: Json) => [group.count, group.shallowSize, group.retainedSize])),
    );
    const short = groups.filter(({ value }: Json) => value.length <= 200);
    const values = new Set(rows.map((row) => row["Value"]));
    for (const { value } of short) expect(values).toContain(`"${escapeText(value)}"`);
  });

  it("have the same dominators", async () => {
    const rows = await open("#/2/dominators", "Objects by what they alone keep alive");
    const { objects } = session.run(["dominators", pair[1], "--depth", "1", "--limit", "0"]);
    expect(
      sorted(
        rows.map((row) => [/@\d+/.exec(row["Object"]!)![0], row["Retained size"]!, row["Shallow size"]!]),
      ),
    ).toEqual(
      sorted(objects.map((object: Json) => [`@${object.id}`, object.retainedSize, object.shallowSize])),
    );
  });

  it("have the same retainers", async () => {
    const { objects } = session.run(["dominators", pair[1], "--depth", "1", "--limit", "12"]);
    const orders = session.run(["summary", pair[1], "--filter", "Order"]).objects;
    const ids = [objects[0].id, objects[5].id, orders[0].id ?? orders[0].objects?.[0]?.id];
    for (const id of ids.filter((known) => known !== undefined)) {
      await page.goto("about:blank");
      await page.goto(`${url}#/2/object?id=${id}`);
      const panel = table(page, "What holds the object");
      await whenFilled(panel);
      // Only the first level: what is open along the nearest way is closed.
      await eventually(() => panel.getAttribute("aria-busy")).toBe("false");
      const { retainers } = session.run(["retainers", pair[1], `@${id}`, "--depth", "1", "--limit", "0"]);
      const first = await panel
        .locator('[aria-level="1"]')
        .evaluateAll((rows) =>
          rows.map(
            (row) => `${/@\d+/.exec((row as HTMLElement).innerText)![0]} ${row.getAttribute("aria-setsize")}`,
          ),
        );
      const known = retainers.map((row: Json) => `@${row.id} ${retainers.length}`);
      expect(first.length).toBeGreaterThan(0);
      expect(first).toEqual(known.slice(0, first.length));
    }
  });

  it("say the same about leaks", async () => {
    const result = session.run(["leaks", ...pair, "--limit", "0"]);
    const context = await session.newPage();
    const two = await session.serve(pair);
    await context.goto(`${two}#/2/overview`);
    const verdict = context.locator(".hs-verdict");
    await verdict.waitFor();
    expect(await verdict.getAttribute("class")).toContain(`hs-verdict-${result.verdict}`);
    expect(await context.locator(".hs-suspect").count()).toBe(Math.min(4, result.suspects.length));
    await context.context().close();
  });
});
