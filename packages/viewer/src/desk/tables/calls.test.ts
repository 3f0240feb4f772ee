import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parseProfile, type Profile } from "@heapscope/engine";
import { expect, it } from "vitest";
import { answerFlame } from "../answers/flame.ts";
import type { DeskContext } from "../table-maker.ts";
import { LinkError, usualOrder, type Order } from "../../protocol/index.ts";
import { calls } from "./calls.ts";

const file = new URL("../../../../../fixtures/profiles/node-24-orders.cpuprofile.gz", import.meta.url);
const recorded = parseProfile(gunzipSync(readFileSync(file)).toString());

const call = (functionName: string, selfSize: number, ...children: object[]): object => ({
  callFrame: {
    functionName,
    url: functionName === "(root)" ? "" : `file:///srv/${functionName}.js`,
    lineNumber: 4,
  },
  selfSize,
  children,
});
const head = call("(root)", 0, call("f", 1, call("g", 2, call("f", 4, call("h", 8)))), call("h", 16));
const small = parseProfile(JSON.stringify({ head }));

const deskOf = (profile: Profile): DeskContext => ({ profile: () => profile }) as unknown as DeskContext;

async function rows(
  params: { direction: "down" | "up"; text?: string },
  of = "",
  order: Order = usualOrder("calls", { file: 0, ...params }),
  profile = small,
): Promise<string[]> {
  const list = await calls.list(deskOf(profile), { file: 0, ...params }, of, order, {});
  return Array.from({ length: list.total }, (_, i) => {
    const { functionName, selfValue, totalValue, children } = list.row(i);
    return `${functionName} ${selfValue} ${totalValue}${children === undefined ? "" : ` [${children}]`}`;
  });
}

it("goes down the calls", async () => {
  expect(await rows({ direction: "down" })).toEqual(["h 16 16", "f 1 15 [1]"]);
  expect(await rows({ direction: "down" }, "1")).toEqual(["g 2 14 [2]"]);
});

it("goes up the callers, and counts recursion once", async () => {
  expect(await rows({ direction: "up" })).toEqual(["h 24 24 [3]", "f 5 15 [1]", "g 2 14 [2]"]);
  expect(await rows({ direction: "up" }, "3.1")).toEqual(["g 8 8 [3.1.2]"]);
  expect(await rows({ direction: "up" }, "3.1.2")).toEqual(["f 8 8"]);
});

it("sorts by every column", async () => {
  const by = (field: string, descending: boolean): Promise<string[]> =>
    rows({ direction: "up" }, "", { by: field, descending });
  expect((await by("functionName", false)).map((row) => row[0])).toEqual(["f", "g", "h"]);
  expect((await by("location", true)).map((row) => row[0])).toEqual(["h", "g", "f"]);
  expect((await by("selfValue", false)).map((row) => row[0])).toEqual(["g", "f", "h"]);
  await expect(by("constructor", false)).rejects.toThrow(LinkError);
});

it("keeps what has the text, with the way to it", async () => {
  expect(await rows({ direction: "down", text: "g" })).toEqual(["f 1 15 [1]"]);
  expect(await rows({ direction: "down", text: "g" }, "2")).toEqual(["f 4 12 [3]"]);
  expect(await rows({ direction: "up", text: "/^[gh]$/" })).toEqual(["h 24 24 [3]", "g 2 14 [2]"]);
  expect(await rows({ direction: "up", text: "srv/g.js:5" })).toEqual(["g 2 14 [2]"]);
  expect(await rows({ direction: "down", text: "nothing" })).toEqual([]);
  await expect(rows({ direction: "up", text: "/(/" })).rejects.toThrow(LinkError);
});

it("refuses handles of other profiles", async () => {
  await expect(rows({ direction: "down" }, "77")).rejects.toThrow(LinkError);
  await expect(rows({ direction: "up" }, "1.x")).rejects.toThrow(LinkError);
});

it("sums up to the whole in both directions, of a recorded profile", async () => {
  const order = { by: "totalValue", descending: true };
  const down = await calls.list(deskOf(recorded), { file: 0, direction: "down" }, "", order, {});
  const up = await calls.list(deskOf(recorded), { file: 0, direction: "up" }, "", order, {});
  const sum = (list: typeof down, field: "selfValue" | "totalValue"): number =>
    Array.from({ length: list.total }, (_, i) => list.row(i)[field]).reduce((a, b) => a + b, 0);
  expect(sum(down, "totalValue")).toBeCloseTo(recorded.total, 3);
  expect(sum(up, "selfValue")).toBeCloseTo(recorded.total, 3);
});

it("answers a flame chart in the profile's order", async () => {
  const boxes = await answerFlame(deskOf(small), { file: 0, most: 100 }, {});
  expect(boxes.label).toEqual(["(root)", "f", "h", "g", "f", "h"]);
  expect(boxes.parent).toEqual([-1, 0, 0, 1, 3, 4]);
  expect(boxes.value).toEqual([31, 15, 16, 14, 12, 8]);
  expect(boxes.location[1]).toBe("/srv/f.js:5:1");
  expect(boxes.kind[1]).toBe("/srv/f.js");
});
