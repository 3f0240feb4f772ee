import { drawHeap } from "@heapscope/testkit";
import { expect, it } from "vitest";

/** Scripts 12 and 14 have a closure that is alive; only the first of them has a name in the heap. */
const heap = `
  global -run-> run:closure(64)<12:0:10> =shared=> info:code(32) =script=> script:code(40)
  script =name=> url:string:"/srv/my app/server.js"(40)
  global -made-> made:closure(64)<14:0:10> =shared=> info2:code(32) =script=> script2:code(40)
  script2 =name=> none:string:""(40)`;

it("names scripts of which a closure is alive without a record", async () => {
  const { snapshot } = await drawHeap(heap);
  expect([...snapshot.scriptUrls]).toEqual([[12, "/srv/my app/server.js"]]);
});

it("names the other scripts by the record, also evaluated code that names itself", async () => {
  const scripts = [
    { id: 13, url: "file:///srv/my%20app/routes.mjs" },
    { id: 14, url: "webpack:///./src/x.js" },
    { id: 15, url: "" },
  ];
  const { snapshot } = await drawHeap(heap, { record: { scripts } });
  expect([...snapshot.scriptUrls]).toEqual([
    [12, "/srv/my app/server.js"],
    [13, "/srv/my app/routes.mjs"],
    [14, "webpack:///./src/x.js"],
  ]);
});

it("believes the record rather than the heap, but not that a script has no name", async () => {
  const named = (url: string) => drawHeap(heap, { record: { scripts: [{ id: 12, url }] } });
  const [other, same, none] = await Promise.all(
    ["webpack:///./server.ts", "file:///srv/my%20app/server.js", ""].map(async (url) =>
      (await named(url)).snapshot.scriptUrls.get(12),
    ),
  );
  expect([other, same, none]).toEqual([
    "webpack:///./server.ts",
    "/srv/my app/server.js",
    "/srv/my app/server.js",
  ]);
});

it("gives a class one portable key, with and without a record, as a CommonJS module and as an ES module", async () => {
  const draw = (url: string) => `
    global -session-> session:Session(48)<12:2:25>
    global -run-> run:closure(64)<12:0:10> =shared=> info:code(32) =script=> script:code(40)
    script =name=> url:string:"${url}"(40)`;
  const record = { scripts: [{ id: 12, url: "file:///srv/app/session.js" }] };
  const drawings = await Promise.all([
    drawHeap(draw("/srv/app/session.js")),
    drawHeap(draw("/srv/app/session.js"), { record }),
    drawHeap(draw("file:///srv/app/session.js")),
    drawHeap("global -session-> session:Session(48)<12:2:25>", { record }),
  ]);
  const keys = drawings.map(
    ({ snapshot }) => snapshot.groups.find(({ className }) => className === "Session")!.portableKey,
  );
  expect(new Set(keys)).toEqual(new Set(["/srv/app/session.js:3:26 Session"]));
});

it("names the scripts of allocation stacks in the same way", async () => {
  const info = { functionId: 1, name: "serve", scriptId: 12, line: 3, column: 26 };
  const { snapshot } = await drawHeap("global -a-> a:A(8)", {
    runtime: "node-24",
    timeline: true,
    rest: {
      traceFunctions: [
        { ...info, name: "(root)", scriptName: "" },
        { ...info, scriptName: "file:///srv/my%20app/server.mjs" },
      ],
      traceTree: {
        id: 1,
        functionIndex: 0,
        count: 0,
        size: 0,
        children: [{ id: 2, functionIndex: 1, count: 1, size: 8, children: [] }],
      },
    },
  });
  expect(snapshot.allocations!.sites.map((site) => site.scriptName)).toEqual(["/srv/my app/server.mjs"]);
});
