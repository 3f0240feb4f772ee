import { areCopies, outlineSnapshot, prepareOrder } from "@heapscope/engine";
import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";

/** A snapshot of one process: `last` is the greatest id that it has given out. */
async function drawRound(last: number, prefix = "Resident", record?: { capturedAt: string }) {
  const residents = Array.from(
    { length: 20 },
    (_, i) => `global -r${i}-> r${i}:${prefix}${i}@${501 + 2 * i}`,
  );
  const { snapshot } = await drawHeap(
    `${residents.join("\n")}\n global -x-> x:New@${last}`,
    record === undefined ? {} : { record },
  );
  return snapshot;
}

it("leaves an order as it is that the ids do not contradict", async () => {
  const snapshots = [await drawRound(1001), await drawRound(1101)];
  expect(await prepareOrder(snapshots)).toEqual({ order: [0, 1], knownBy: "given" });
});

it("goes by the ids where they are of one process", async () => {
  const snapshots = [await drawRound(1201), await drawRound(1001), await drawRound(1101)];
  expect(await prepareOrder(snapshots)).toEqual({ order: [1, 2, 0], knownBy: "ids" });
});

it("does not believe ids of different processes", async () => {
  const snapshots = [await drawRound(1201), await drawRound(1001, "Other")];
  expect(await prepareOrder(snapshots)).toEqual({ order: [0, 1], knownBy: "given" });
});

it("goes by the times of the capture records, whatever the ids are", async () => {
  const snapshots = [
    await drawRound(1001, "Resident", { capturedAt: "2026-05-01T10:00:02Z" }),
    await drawRound(1101, "Resident", { capturedAt: "2026-05-01T10:00:01Z" }),
  ];
  expect(await prepareOrder(snapshots)).toEqual({ order: [1, 0], knownBy: "records" });
});

it("tells a copy from another snapshot of the same process", async () => {
  expect(areCopies(await drawRound(1001), await drawRound(1001))).toBe(true);
  expect(areCopies(await drawRound(1001), await drawRound(1003))).toBe(false);
});

it("tells copies by outlines too, by the order of ids and by the references", async () => {
  const [a, b] = [await drawRound(1001), await drawRound(1001)];
  expect(areCopies(outlineSnapshot(a), b)).toBe(true);
  expect(areCopies(outlineSnapshot(a), outlineSnapshot(b))).toBe(true);
  expect(areCopies(a, outlineSnapshot(await drawRound(1003)))).toBe(false);
  const draw = async (target: string) =>
    (await drawHeap(`global -a-> a:A@11\n global -b-> b:B@13\n a -x-> ${target}`)).snapshot;
  expect(areCopies(outlineSnapshot(await draw("a")), await draw("a"))).toBe(true);
  expect(areCopies(outlineSnapshot(await draw("a")), await draw("b"))).toBe(false);
});

it("orders outlines as it orders snapshots", async () => {
  const snapshots = [await drawRound(1201), await drawRound(1001), await drawRound(1101)];
  const outlines = snapshots.map(outlineSnapshot);
  expect(await prepareOrder(outlines)).toEqual({ order: [1, 2, 0], knownBy: "ids" });
});
