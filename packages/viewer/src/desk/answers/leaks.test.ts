import { openSnapshot, type HeapSnapshot } from "@heapscope/engine";
import { drawFile } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { deskOf } from "../test-desk.ts";

/** A Map in a closure's scope that has 100 sessions more in each round. */
async function drawRound(round: number): Promise<HeapSnapshot> {
  const residents = Array.from({ length: 30 }, (_, i) => `global -r${i}-> r${i}:Resident${i}@${501 + 2 * i}`);
  const sessions = Array.from(
    { length: 100 * (round + 1) },
    (_, i) => `table =[${i}]=> s${i}:Session(2000)@${1001 + 2 * i}`,
  );
  const text = drawFile(
    `${residents.join("\n")}
     global:object:global(96)@5 -serve-> serve:closure:serve(64)@7 =context=> scope:"system / Context"(64)@9
     scope -(sessions)-> map:Map(40)@17 =table=> table:array(80)@19
     ${sessions.join("\n")}`,
    { runtime: "node-24" },
  );
  return await openSnapshot(new TextEncoder().encode(text));
}

const rounds = await Promise.all([0, 1, 2].map(drawRound));

it("names what leaks, with its path and numbers", async () => {
  const answer = await deskOf(...rounds).answer("leaks", { files: [0, 1, 2] });
  expect(answer).toMatchObject({ verdict: "leak", rounds: 2, files: [0, 1, 2], notes: [] });
  expect(answer.summary).toBe(
    "Leak: 200 Session objects in Map `sessions`, +100 per round, +200 kB each round.",
  );
  expect(answer.explanation).toBe("Objects were followed by their ids.");
  const [card, ...others] = answer.suspects;
  expect(others).toEqual([]);
  expect(card).toMatchObject({
    sentence: "200 Session objects in Map `sessions`, +100 per round, +200 kB each round",
    container: "Map",
    containerName: "sessions",
    counts: [100, 200, 300],
    perRound: [100, 100],
    holderId: 17,
  });
  expect(card!.path.at(-1)).toMatchObject({ id: 17, className: "Map" });
  expect(card!.sampleIds.every((id) => rounds[2]!.objectById(id)?.className === "Session")).toBe(true);
});

it("puts snapshots in the order in which they were taken", async () => {
  const desk = deskOf(rounds[2]!, rounds[0]!, rounds[1]!);
  const answer = await desk.answer("leaks", { files: [0, 1, 2] });
  expect(answer.files).toEqual([1, 2, 0]);
  expect(answer.suspects[0]!.counts).toEqual([100, 200, 300]);
  expect(answer.notes).toEqual([
    "Taken in another order than opened, their object ids say; compared in theirs, the oldest first.",
  ]);
});

it("refuses one snapshot, and the same one twice", async () => {
  const desk = deskOf(rounds[0]!, await drawRound(0));
  await expect(desk.answer("leaks", { files: [0] })).rejects.toMatchObject({ code: "bad-question" });
  await expect(desk.answer("leaks", { files: [0, 1] })).rejects.toThrow(/the same snapshot/);
});
