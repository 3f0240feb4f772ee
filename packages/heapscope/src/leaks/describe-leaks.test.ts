import { findLeaks, openSnapshot, type HeapSnapshot } from "@heapscope/engine";
import { drawFile } from "@heapscope/testkit";
import { prepareDescription } from "@heapscope/wording/heap";
import { expect, it } from "vitest";
import { SourceResolver } from "../source/source-resolver.ts";
import { describeLeaks, type DescribedLeaks } from "./describe-leaks.ts";

/** The result about a store in a closure's scope, on which `drawing` hangs things in snapshot 0, 1 and 2. */
async function describeStore(drawing: (round: number) => string): Promise<DescribedLeaks> {
  const snapshots: HeapSnapshot[] = [];
  for (let round = 0; round < 3; round++) {
    const residents = Array.from(
      { length: 30 },
      (_, i) => `global -r${i}-> r${i}:Resident${i}@${501 + 2 * i}`,
    );
    const text = drawFile(
      `${residents.join("\n")}
       global:object:global(96)@5 -serve-> serve:closure:""(64)@7 =context=> scope:"system / Context"(64)@9
       scope -(store)-> store:Store(32)@11
       ${drawing(round)}`,
      { runtime: "node-24" },
    );
    snapshots.push(await openSnapshot(new TextEncoder().encode(text)));
  }
  const report = await findLeaks(snapshots);
  await prepareDescription(snapshots.at(-1)!, {});
  const members = snapshots.map((snapshot, index) => ({ file: `${index}.heapsnapshot`, snapshot }));
  return describeLeaks(report, { members, reordered: false, notes: [] }, new SourceResolver());
}

it("names the list that becomes larger, not the object that has it", async () => {
  const { suspects, summary } = await describeStore(
    (round) => `store -samples-> list:Array(16)@13 =elements=> table:array(${100_000 * (round + 1)})@15`,
  );
  expect(suspects).toMatchObject([{ container: "Array", containerName: "samples", containerId: 13 }]);
  expect(suspects[0]!.path.at(-1)).toMatchObject({ edge: ".samples", id: 13 });
  expect(summary).toContain("Array `samples` that becomes larger");
});

it("names a variable by itself, whatever scope it is in", async () => {
  const { suspects } = await describeStore(
    (round) =>
      `store -sessions-> map:Map(40)@13 =table=> table:array(80)@15
       scope -(kept)-> kept:Map(40)@17 =table=> keptTable:array(80)@19
       ${Array.from({ length: 100 * (round + 1) }, (_, i) => `keptTable =[${i}]=> s${i}:Session(2000)@${1001 + 2 * i}`).join("\n")}`,
  );
  expect(suspects).toMatchObject([{ className: "Session", container: "Map", containerName: "kept" }]);
  expect(suspects[0]!.path.at(-1)!.edge).toMatch(/^variable kept in closure scope of .*function/);
});
