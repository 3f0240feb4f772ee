import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { openSnapshot } from "@heapscope/engine";
import { describe, expect, it } from "vitest";
import { drawHeap } from "../draw-heap.ts";
import { printPaths } from "../printers/print-paths.ts";
import { parseDrawing } from "./parse-drawing.ts";
import { toDsl } from "./to-dsl.ts";

describe("a neighbourhood as a drawing", () => {
  it("keeps names, ids, sizes and edges, and says what it leaves out", async () => {
    const { snapshot, nodes } = await drawHeap(`
      global -cache-> cache:Map(32)@101 -[0]-> entry:Entry(48)@103<1:2:3> -far-> far(8) -further-> further(8)
      global -again-> entry`);
    expect(toDsl(snapshot, nodes["entry"]!, 1)).toBe(
      [
        "root(0)",
        "elsewhere(0)@105",
        "Entry(48)@103<1:2:3>",
        "global(0)@5",
        "Map(32)@101",
        "far(8)  # and 1 edge to the outside",
        "root ..1..> elsewhere",
        "elsewhere -[3]-> global",
        "Entry -far-> far",
        "global -cache-> Map",
        "global -again-> Entry",
        "Map -[0]-> Entry",
      ].join("\n"),
    );
  });

  it("turns a real object into a test", async () => {
    const file = new URL("../../../../fixtures/snapshots/node-24-default.heapsnapshot.gz", import.meta.url);
    const snapshot = await openSnapshot(gunzipSync(readFileSync(file)));
    const node = snapshot.groups.find((group) => group.className === "Map")!.nodes[0]!;
    const drawing = toDsl(snapshot, node, 1);
    const { heap } = parseDrawing(drawing);
    const drawn = await drawHeap(drawing);
    const object = drawn.snapshot.objectById(snapshot.object(node).id)!;
    expect(heap.nodes.length).toBeGreaterThan(10);
    expect(object.name).toBe("Map");
    expect(object.edges().map((edge) => edge.name)).toEqual(
      snapshot
        .object(node)
        .edges()
        .map((edge) => edge.name),
    );
    expect(printPaths(drawn, object.node)).not.toBe("");
  });
});
