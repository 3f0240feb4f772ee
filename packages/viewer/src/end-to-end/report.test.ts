/**
 * A report of an application, opened as the file that it is: each view shows its first rows and its opening sentence, also where
 * the report holds only some of the rows; and what is said of snapshots that do not belong together stands there as well.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { drawFile } from "@heapscope/testkit";
import { eventually, fixture, goTo, table, ViewerSession, whenFilled } from "./viewer-session.ts";

const CLASSES = 340;
const TEXTS = 240;

let session: ViewerSession;

beforeAll(async () => {
  session = await ViewerSession.start();
});
afterAll(() => session.end());

/** More classes, and more texts that are kept twice, than a report holds; `count` objects of each class. */
function application(count: number, late: number): string {
  const classes = Array.from({ length: CLASSES * count }, (_, at) => {
    const name = at % CLASSES;
    return `global -c${at}-> c${at}:Class${name}(${16 + name * 8})@${1001 + at * 2}`;
  });
  const texts = Array.from(
    { length: TEXTS * 2 },
    (_, at) => `global -t${at}-> t${at}:string:"text ${at >> 1}"(${32 + (at >> 1) * 8})@${11 + at * 2}`,
  );
  // The greatest id that was given out tells which snapshot is the later one.
  return [...classes, ...texts, `global -late-> late:Late(8)@${late}`].join("\n");
}

it.each([
  { name: "grew", counts: [1, 2, 3] },
  { name: "shrank", counts: [3, 2, 1] },
])(
  "shows each view of a heap that $name, and more of which than is held",
  async ({ name, counts }) => {
    const files = counts.map((count, at) =>
      session.write(`${name}-${at + 1}.heapsnapshot`, drawFile(application(count, 5001 + at * 2))),
    );
    const page = await session.newPage();
    await page.goto(session.report(files));
    await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
    for (const [hash, label] of [
      ["#/3/summary", "Objects by constructor"],
      ["#/3/comparison?base=2", "What changed, by constructor"],
      ["#/3/comparison?base=1", "What changed, by constructor"],
      ["#/3/growth", "Growth by constructor"],
      ["#/3/containment", "Objects by the references that hold them, from the roots"],
      ["#/3/dominators", "Dominators"],
      ["#/3/strings", "Strings of the heap"],
      ["#/3/strings?list=largest", "Strings of the heap"],
    ] as const) {
      await goTo(page, hash);
      await page.getByRole("heading", { level: 1, name: label }).waitFor({ state: "attached" });
      await whenFilled(table(page, /./).first());
      expect(await page.getByText("This report holds only").count(), hash).toBe(0);
      if (await page.locator(".hs-opening").count())
        await eventually(async () => (await page.locator(".hs-opening").first().innerText()).trim()).not.toBe(
          "",
        );
    }
    expect(session.offences).toEqual([]);
  },
  120_000,
);

it("says that snapshots are of different processes", async () => {
  const page = await session.newPage();
  await page.goto(
    session.report([fixture("node-22-default.heapsnapshot"), fixture("node-24-default.heapsnapshot")]),
  );
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
  await goTo(page, "#/2/comparison?base=1");
  await whenFilled(table(page, /./).first());
  await page
    .getByText(/different processes|not of one process|cannot be matched/i)
    .first()
    .waitFor();
  expect(session.offences).toEqual([]);
}, 120_000);
