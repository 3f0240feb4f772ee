import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { openSnapshot, type HeapSnapshot } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { checkInvariants } from "./check-invariants.ts";
import { drawHeap } from "./draw-heap.ts";
import { forEveryHeap } from "./random/for-every-heap.ts";

const folder = new URL("../../../fixtures/snapshots/", import.meta.url);
const fixtures = readdirSync(folder).filter((name) => /\.(heapsnapshot|heaptimeline)\.gz$/.test(name));

/** A snapshot of which one column was changed behind its back. */
async function broken(change: (snapshot: HeapSnapshot) => void): Promise<HeapSnapshot> {
  const { snapshot } = await drawHeap("global -a-> A(8) -b-> B(8)\nglobal -c-> C(8)");
  checkInvariants(snapshot);
  change(snapshot);
  return snapshot;
}

describe("the invariants of the columns", () => {
  it("hold for every random heap", async () => {
    await forEveryHeap(({ snapshot }) => checkInvariants(snapshot), 500);
  });

  it.each(fixtures)("hold for %s", async (name) => {
    checkInvariants(await openSnapshot(gunzipSync(readFileSync(new URL(name, folder)))));
  });

  it.each<[string, RegExp, (snapshot: HeapSnapshot) => void]>([
    ["an edge offset that goes down", /firstEdge/, ({ graph }) => void (graph.firstEdge[2] = 9)],
    ["a target that is no node", /edgeTarget/, ({ graph }) => void (graph.edgeTarget[0] = 99)],
    ["a name that is no string", /nodeName/, ({ graph }) => void (graph.nodeName[1] = 999)],
    ["a retained size", /retains/, (snapshot) => void snapshot.retainedSize[3]!++],
    [
      "dominators in a circle",
      /chain of dominators/,
      ({ dominator, graph }) => {
        dominator[3] = graph.edgeTarget.length > 0 ? 4 : 4;
        dominator[4] = 3;
      },
    ],
    ["a distance", /at 6/, (snapshot) => void (snapshot.distance[4] = 7)],
    ["a class", /class of its group/, ({ classes }) => void (classes.classOf[3] = classes.classOf[4]!)],
    ["a retainer edge", /leads to it/, ({ retainers }) => void (retainers.retainerEdge[0] = 1)],
  ])("notice %s", async (_what, message, change) => {
    const snapshot = await broken(change);
    expect(() => checkInvariants(snapshot)).toThrow(message);
  });
});
