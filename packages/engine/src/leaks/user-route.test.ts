import { drawHeap } from "@heapscope/testkit";
import { expect, test } from "vitest";
import { foldPath } from "./path-words.ts";
import { findUserRoute } from "./user-route.ts";

/** The edges of the route to `target`. */
async function route(drawing: string): Promise<string | undefined> {
  const { snapshot, nodes } = await drawHeap(drawing);
  const path = findUserRoute(snapshot.object(nodes["target"]!));
  if (path === undefined) return undefined;
  expect(path[0]!.edge.from.node).toBe(snapshot.root.node);
  path.forEach((step, i) => {
    if (i > 0) expect(step.edge.from.node).toBe(path[i - 1]!.object.node);
    expect(step.edge.to.node).toBe(step.object.node);
    expect(step.edge.type).not.toBe("weak");
  });
  return foldPath(path)
    .map(({ edge }) => edge)
    .join(" › ");
}

/** A module, far from the roots. */
const MODULE = `global -a-> a:Internal -b-> b:Internal -c-> c:Internal -d-> module:Module
  module -filename-> file:string:"/app/server.js"
  module -exports-> exports:Object`;
const TIMER = `global -list-> list:TimersList -_idleNext-> timer:Timeout -_onTimeout-> check:closure:"check"`;

test("by way of a module, though Node's structures are nearer to the roots", async () => {
  const drawing = `${MODULE}\n${TIMER}\ncheck -server-> server:Server -sessions-> target:Map\nexports -server-> server`;
  expect(await route(drawing)).toBe("require cache › app/server.js exports › .server › .sessions");
});

test("but not by a long detour", async () => {
  const links =
    "exports -x-> n0:Link\n" + Array.from({ length: 9 }, (_, i) => `n${i} -next-> n${i + 1}:Link`).join("\n");
  const drawing = `${MODULE}\n${TIMER}\ncheck -held-> target:Map\n${links}\nn9 -value-> target`;
  expect(await route(drawing)).toBe("timer › callback › .held");
});

test("the author's own module rather than that of a package", async () => {
  const drawing = `${MODULE}
    exports -client-> client:Client -cache-> target:Map
    global -x-> lib:Module -filename-> file2:string:"/app/node_modules/lib/index.js"
    lib -exports-> target`;
  expect(await route(drawing)).toBe("require cache › app/server.js exports › .client › .cache");
});

test("weak references, the table's half of a WeakMap entry and shapes are no way", async () => {
  const drawing = `${MODULE}\n${TIMER}
    exports ~near~> target:Secret
    exports -weak-> weak:WeakMap =table=> table:array
    exports =[1]=> shape:shape =x=> target
    check -key-> key:Session
    table{key => target}`;
  expect(await route(drawing)).toBe("timer › callback › .key › WeakMap value of key Session");
});

test("a module that only the object itself leads to does not hold it", async () => {
  const drawing = `global -target-> target:Loader -loaded-> module:Module -parent-> target
    module -filename-> file:string:"/app/plugin.js"`;
  expect(await route(drawing)).toBe("global › .target");
});

test("what cannot be reached has no route", async () => {
  expect(await route("lost:Order -x-> target:Order")).toBeUndefined();
});
