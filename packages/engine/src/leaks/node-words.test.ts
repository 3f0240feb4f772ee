import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";
import { nameObject } from "./node-words.ts";

it("looks for what names an object among its first and its last 10,000 references", async () => {
  const nameWith = async (place: number): Promise<string> => {
    const references = Array.from({ length: 30_000 }, (_, i) =>
      i === place ? "module -filename-> file" : `module -[${i}]-> other`,
    );
    const { snapshot, nodes } = await drawHeap(`
      global -module-> module:Module(8)
      global -file-> file:string:"/app/src/cache.js"
      global -other-> other:Other(8)
      ${references.join("\n")}`);
    return nameObject(snapshot.object(nodes["module"]!));
  };
  for (const place of [0, 9_999, 20_000, 29_999]) expect(await nameWith(place)).toBe("module src/cache.js");
  for (const place of [10_000, 19_999]) expect(await nameWith(place)).toBe("Module");
});
