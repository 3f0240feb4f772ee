import { drawHeap } from "@heapscope/testkit";
import { describe, expect, test } from "vitest";
import { foldPath } from "./path-words.ts";

/** The top level of the CommonJS module /app/src/cache.js, a function in it, and an ES module /app/src/store.mjs. */
const MODULES = `
  global -use-> use:closure(64)<1:3:0> =context=> top:"system / Context"
  top =scope_info=> topInfo:code:"system / ScopeInfo"
  top =previous=> realm:hidden:"system / NativeContext"
  wrapper:code:"(shared function info)" =name_or_scope_info=> topInfo
  wrapper =script=> script:code:"/app/src/cache.js" =name=> url:string:"/app/src/cache.js"
  global -es-> es:hidden:"system / SourceTextModule" =[1]=> exports:array:""
  exports ="3"=> storeName:string:"store"
  exports ="4"=> cell:hidden:"system / Cell"
  es =[5]=> esInfo:code:"(shared function info)" =script=> esScript:code:x =name=> esUrl:string:"file:///app/src/store.mjs"
`;

/** A function that is called `handle`, and the scope of a call of it, in that module. */
const HANDLE = `
  handle:closure:"inner"(64)<1:9:20> =context=> scope:"system / Context" =previous=> top
  scope =scope_info=> scopeInfo:code:"system / ScopeInfo" =[1]=> topInfo
  info:code:"handle" =name_or_scope_info=> scopeInfo
  info =script=> script
`;

/** The edges of the nearest path to `target`, as a person reads them, and what it leads to. */
async function words(drawing: string): Promise<string> {
  const { snapshot, nodes } = await drawHeap(drawing);
  const [path] = snapshot.object(nodes["target"]!).paths();
  const steps = foldPath(path!);
  expect(steps.reduce((sum, step) => sum + step.steps, 0)).toBe(path!.length);
  expect(steps.at(-1)!.object.node).toBe(nodes["target"]);
  return [...steps.map(({ edge }) => edge), steps.at(-1)!.node].join(" › ");
}

describe("properties and elements", () => {
  test.each([
    ["global -a-> o:Order -customer-> target:Customer", "global › .a › .customer › Customer"],
    ["global -list-> o:Array -[3]-> target:Order", "global › .list › [3] › Order"],
    [`global -o-> o:Object -"order-1"-> target:Order`, `global › .o › ["order-1"] › Order`],
    [`global -o-> o:Order -"#own"-> target:Order`, "global › .o › .#own › Order"],
    [`global -o-> o:Order -"<symbol tag>"-> target:Order`, "global › .o › [Symbol(tag)] › Order"],
    [`global -o-> o:Order -"get total"-> target:closure`, "global › .o › getter .total › function target()"],
    [`global -o-> o:Order -"get total"-> target:Order`, `global › .o › ["get total"] › Order`],
    [
      `global -o-> o:Array =elements=> store:array:"(object elements)" -[7]-> target:Order`,
      "global › .o › [7] › Order",
    ],
  ])("%s", async (drawing, expected) => {
    expect(await words(drawing)).toBe(expected);
  });

  test("an object's memory gives way to the name of the property that it is for", async () => {
    const steps = `global -o-> o:Order =properties=> store:array:"(object properties)" ="12"=> target:Customer
      o -customer-> target`;
    const { snapshot, nodes } = await drawHeap(steps);
    const path = snapshot
      .object(nodes["target"]!)
      .paths(2)
      .find((found) => found.length === 4)!;
    expect(foldPath(path).map(({ edge }) => edge)).toEqual(["global", ".o", ".customer"]);
  });

  test("names that are data are cut when they are long", async () => {
    const key = "k ".repeat(200);
    expect((await words(`global -o-> o:Object -"${key}"-> target:Order`)).length).toBeLessThan(100);
  });
});

describe("collections", () => {
  const table = (className: string, positions: string): string => `
    global -m-> m:${className} =table=> table:array:""
    m -__proto__-> proto:Object -constructor-> constructor:closure:"${className}"
    ${positions}`;

  test.each([
    ["a value, the key being a number", table("Map", `table ="6"=> target:Order`), "Map value"],
    ["a key, the value being a number", table("Map", `table ="5"=> target:Order`), "Map key"],
    ["a value behind a key", table("Map", `table ="8"=> k:string:k\ntable ="9"=> target:Order`), "Map value"],
    ["a key before a value", table("Map", `table ="8"=> target:Order\ntable ="9"=> v:Order`), "Map key"],
    ["with eight buckets", table("Map", `table ="14"=> k:string:k\ntable ="15"=> target:Order`), "Map value"],
    [
      "one that cannot be told, since the first entries are gone",
      table("Map", `table ="17"=> target:Order`),
      "Map entry",
    ],
    ["of a Set", table("Set", `table ="5"=> target:Order`), "Set element"],
  ])("a reference from a table is named for what it is: %s", async (_, drawing, expected) => {
    expect(await words(drawing)).toBe(`global › .m › ${expected} › Order`);
  });

  test("a class above the object's own tells that it is a Set", async () => {
    const drawing = `global -m-> m:Tags =table=> table:array:"" ="5"=> target:Order
      m -__proto__-> proto:Tags -constructor-> own:closure:Tags
      proto -__proto__-> base:Object -constructor-> constructor:closure:Set`;
    expect(await words(drawing)).toBe("global › .m › Set element › Order");
  });

  test("a value of a WeakMap is held by its key", async () => {
    const drawing = `global -key-> key:Session
      global -m-> m:WeakMap =table=> table:array
      table{key => target:Secret}`;
    expect(await words(drawing)).toBe("global › .key › WeakMap value of key Session › Secret");
  });

  test("an iterator leads to entries of its collection", async () => {
    const drawing = `global -i-> i:MapIterator =[2]=> table:array:"" ="6"=> target:Order`;
    expect(await words(drawing)).toBe("global › .i › Map value › Order");
  });
});

describe("modules", () => {
  test("the way to a module is folded into its name, however it goes", async () => {
    expect(await words(`${MODULES}\ntop -(sessions)-> target:Map`)).toBe(
      "module src/cache.js › variable sessions › Map",
    );
  });

  test("the inspector's names of realms and global objects make no difference", async () => {
    const drawing = MODULES.replace(
      '"system / NativeContext"',
      '"system / NativeContext / https://a.example"',
    );
    expect(await words(`${drawing}\ntop -(sessions)-> target:Map`)).toBe(
      "module src/cache.js › variable sessions › Map",
    );
    const root = `root ..1..> global:"global (global*) / https://a.example"\nroot -[2]-> gcRoots`;
    expect(await words(`${root}\nglobal -x-> target:Map`)).toBe("global › .x › Map");
  });

  test("a variable that another module imports belongs to the module that exports it", async () => {
    const drawing = `${MODULES}
      global -main-> main:hidden:"system / SourceTextModule" =[7]=> imports:array:"" ="0"=> cell =value=> target:Map`;
    expect(await words(drawing)).toBe("module src/store.mjs › variable store › Map");
  });

  test("a CommonJS module is in the require cache and has exports", async () => {
    const drawing = `global -process-> process:process -mainModule-> module:Module
      module -filename-> file:string:"/app/server.js"
      module -exports-> exports:Object -sessions-> target:Map`;
    expect(await words(drawing)).toBe("require cache › app/server.js exports › .sessions › Map");
  });

  test("a holder that collects modules is not folded away", async () => {
    const { snapshot, nodes } = await drawHeap(`
      global -main-> main:Module -filename-> file:string:"/app/main.js"
      main -children-> list:Array -[4]-> plugin:Module -filename-> file2:string:"/app/plugin.js"`);
    const [path] = snapshot.object(nodes["plugin"]!).paths();
    const fold = (holderIndex?: number) => foldPath(path!, { holderIndex }).map(({ edge }) => edge);
    expect(fold()).toEqual(["require cache"]);
    const holderIndex = path!.findIndex(({ object }) => object.node === nodes["list"]);
    expect(fold(holderIndex)).toEqual(["require cache", ".children", "module app/plugin.js"]);
  });

  test("modules of a package are named from the package on, those of Node by their name", async () => {
    const of = (url: string) => words(MODULES.replaceAll("/app/src/cache.js", url) + "top -(x)-> target:Map");
    expect(await of("/app/node_modules/lodash/memoize.js")).toBe(
      "module lodash/memoize.js › variable x › Map",
    );
    expect(await of("node:internal/timers")).toBe("module node:internal/timers › variable x › Map");
  });

  test("what a bundler makes of a module is called as the module", async () => {
    const drawing = `${MODULES}${HANDLE.replace('"handle"', '"src/lib/pool.ts"')}
      top -(inner)-> handle
      scope -(idle)-> target:Array`;
    expect(await words(drawing)).toBe("module lib/pool.ts › variable idle › Array");
  });
});

describe("functions", () => {
  test("a variable is in the closure scope of the function that declares it", async () => {
    const drawing = `${MODULES}${HANDLE}
      top -(inner)-> handle
      scope -(request)-> target:Request`;
    expect(await words(drawing)).toBe(
      "module src/cache.js › variable inner › variable request in closure scope of handle() › Request",
    );
  });

  test("the scopes between do not show", async () => {
    const drawing = `${MODULES}${HANDLE}
      top -(leaf)-> leaf:closure<1:11:2> =context=> own:"system / Context" =previous=> scope
      scope -(request)-> target:Request`;
    expect(await words(drawing)).toBe(
      "module src/cache.js › variable leaf › variable request in closure scope of handle() › Request",
    );
  });

  test("a path to a scope itself ends with its name", async () => {
    const drawing = `${MODULES}${HANDLE.replace("scope:", "target:").replaceAll("scope =", "target =")}
      top -(inner)-> handle`;
    expect(await words(drawing)).toBe(
      "module src/cache.js › variable inner › closure scope of handle() › closure scope of handle()",
    );
  });

  test("a variable of a block gets its name back from the scope info, when that is certain", async () => {
    const block = (names: string) => `${MODULES}${HANDLE}
      top -(f)-> f:closure<1:12:9> =shared=> fInfo:code:"f" =script=> script
      f =context=> block:"system / Context" =previous=> scope
      block =scope_info=> blockInfo:code:"system / ScopeInfo"
      ${names}
      blockInfo =[9]=> scopeInfo
      block =[0]=> target:Request`;
    expect(await words(block(`blockInfo =[0]=> name:string:"big"`))).toBe(
      "module src/cache.js › variable f › variable big in closure scope of handle() › Request",
    );
    expect(
      await words(block(`blockInfo =[0]=> name:string:"count"\nblockInfo =[1]=> name2:string:"big"`)),
    ).toBe("module src/cache.js › variable f › variable in closure scope of handle() › Request");
  });

  test("a function that is called again and again has a closure scope, even if nothing is around it", async () => {
    const drawing = `${MODULES}
      other:"system / Context" =scope_info=> topInfo
      top -(x)-> target:Map`;
    expect(await words(drawing)).toBe(
      "global › .use › variable x in closure scope of anonymous function › Map",
    );
  });

  test("bound functions have `this` and arguments", async () => {
    const bound = `global -f-> f:closure:"native_bind" =bound_function=> run:closure
      f =bound_this=> self:Server
      f ..bound_argument_0..> argument:Order`;
    expect(await words(bound.replace("self:", "target:"))).toBe("global › .f › bound this › Server");
    expect(await words(bound.replace("argument:", "target:"))).toBe("global › .f › bound argument › Order");
    expect(
      await words(
        bound.replace("f:closure", "target:closure").replace(/\bf [=.]/g, (f) => f.replace("f", "target")),
      ),
    ).toBe("global › .f › bound function run()");
  });

  test("a function's own name wins, which minifiers keep", async () => {
    expect(await words(`global -f-> target:closure:"u" -name-> name:string:"handle"`)).toBe(
      "global › .f › function handle()",
    );
  });

  test("a function that is meant to be a class is called one", async () => {
    expect(await words(`global -S-> target:closure:"Session" -prototype-> proto:Session`)).toBe(
      "global › .S › class Session",
    );
  });

  test("a suspended generator holds its local variables", async () => {
    const drawing = `global -g-> g:lines =parameters_and_registers=> registers:array:"" ="1"=> target:Order
      g =function=> f:closure:"lines"`;
    expect(await words(drawing)).toBe("global › .g › local variable of generator lines() › Order");
  });
});

describe("promises", () => {
  const REACTION = `reaction:hidden:"system / PromiseReaction"`;

  test("the result of a settled promise", async () => {
    expect(await words("global -p-> p:Promise =reactions_or_result=> target:Order")).toBe(
      "global › .p › promise result › Order",
    );
  });

  test("reactions are a chain that nobody needs to see", async () => {
    const drawing = `global -p-> p:Promise =reactions_or_result=> ${REACTION}
      reaction =[1]=> next:hidden:"system / PromiseReaction" =[2]=> target:closure:"after"`;
    expect(await words(drawing)).toBe("global › .p › then-callback › function after()");
  });

  test("a promise with reactions is pending", async () => {
    const drawing = `global -target-> target:Promise =reactions_or_result=> ${REACTION}`;
    expect(await words(drawing)).toBe("global › .target › pending promise");
  });

  test("an async function that waits for the promise", async () => {
    const drawing = `global -p-> p:Promise =reactions_or_result=> ${REACTION} =[2]=> resume:closure:""
      resume =context=> c:"system / Context" =extension=> call:Generator
      call =function=> f:closure:"handle"
      call =parameters_and_registers=> registers:array:"" ="1"=> target:Request`;
    expect(await words(drawing)).toBe(
      "global › .p › awaited by async function handle() › local variable of async function handle() › Request",
    );
  });
});

describe("events", () => {
  test("a listener is one step, alone or in a list, directly or by once()", async () => {
    const expected = "global › .socket › listener of 'data' on Socket › function onData()";
    const socket = "global -socket-> socket:Socket -_events-> events:Object";
    expect(await words(`${socket} -data-> target:closure:"onData"`)).toBe(expected);
    expect(await words(`${socket} -data-> list:Array -[2]-> target:closure:"onData"`)).toBe(expected);
    expect(
      await words(
        `${socket} -data-> list:Array -[2]-> once:closure:"native_bind" -listener-> target:closure:"onData"`,
      ),
    ).toBe(expected);
    expect(
      await words(
        `${socket} -data-> list:Array =elements=> store:array:"(object elements)" -[2]-> target:closure:"onData"`,
      ),
    ).toBe(expected);
  });

  test("the list of listeners is one too", async () => {
    const drawing = "global -socket-> socket:Socket -_events-> events:Object -data-> target:Array";
    expect(await words(drawing)).toBe("global › .socket › listeners of 'data' on Socket › Array");
  });

  test("an event target has a chain of listeners for each event, whose name is the key of a Map", async () => {
    const drawing = `global -signal-> signal:AbortSignal -"<symbol kEvents>"-> events:Map =table=> table:array:""
      table ="5"=> name:string:"abort"
      table ="6"=> head:Object -next-> a:Listener -next-> b:Listener -listener-> target:closure:"stop"`;
    expect(await words(drawing)).toBe(
      "global › .signal › listener of 'abort' on AbortSignal › function stop()",
    );
  });
});

describe("what Node and V8 keep", () => {
  const TIMERS = `global -setTimeout-> setTimeout:closure =context=> c:"system / Context" -(timerListMap)-> lists:Object
    lists -[5000]-> list:TimersList -_idleNext-> a:Timeout -_idleNext-> b:Timeout`;

  test.each([
    [`${TIMERS}\nb -_onTimeout-> target:closure:"tick"`, "timer (5000 ms) › callback › function tick()"],
    [`${TIMERS}\nb -_timerArgs-> args:Array -[0]-> target:Order`, "timer (5000 ms) › timer argument › Order"],
    [
      `${TIMERS}\nb -"<symbol kResourceStore>"-> target:Request`,
      "timer (5000 ms) › AsyncLocalStorage store › Request",
    ],
    [
      `${TIMERS}\nb -"<symbol kAsyncContextFrame>"-> f:AsyncContextFrame =table=> t:array:"" ="6"=> target:Request`,
      "timer (5000 ms) › AsyncLocalStorage store › Request",
    ],
    [
      `global -r-> r:FinalizationRegistry =[4]=> a:hidden:"system / WeakCell" =[4]=> b:hidden:"system / WeakCell" =[2]=> target:Order`,
      "global › .r › finalization registry held value › Order",
    ],
    [
      `gcRoots -[10]-> handles:synthetic:"(Global handles)" =[60]=> tcp:TCP -"<symbol owner_symbol>"-> target:Socket`,
      "native handle TCP › owner of TCP › Socket",
    ],
    [
      `root -[7]-> wrap:synthetic:"Node / TCPSocketWrap" =native_to_javascript=> tcp:TCP -"<symbol owner_symbol>"-> target:Socket`,
      "native handle TCP › owner of TCP › Socket",
    ],
    [
      `root -[7]-> target:synthetic:"Node / TCPSocketWrap"`,
      "native handle TCPSocketWrap › Node / TCPSocketWrap",
    ],
    [
      `global -port-> port:MessagePort =javascript_to_native=> target:native:"Node / MessagePort"`,
      "global › .port › native side › Node / MessagePort",
    ],
    [
      `global -b-> b:ArrayBuffer =backing_store=> target:native:"system / JSArrayBufferData"`,
      "global › .b › buffer's memory › (JSArrayBufferData)",
    ],
    [
      `gcRoots -[5]-> stack:synthetic:"(Stack roots)" =[60]=> target:Order`,
      "local variable on the stack › Order",
    ],
    [`global -p-> p:hidden:"system / JSProxy" =[1]=> target:Order`, "global › .p › proxy target › Order"],
    [`global -p-> p:hidden:"system / JSProxy" =[2]=> target:Order`, "global › .p › proxy handler › Order"],
    [
      `global -s-> s:sliced:part =parent=> target:string:"whole text"`,
      `global › .s › text that it is a part of › "whole text"`,
    ],
    [`global -x-> p:process -title-> target:Order`, "process › .title › Order"],
  ])("%s", async (drawing, expected) => {
    expect(await words(drawing)).toBe(expected);
  });
});

describe("rows of the same step", () => {
  test("are one step that says how many", async () => {
    const links = Array.from({ length: 5 }, (_, i) => `n${i}:Node -next-> n${i + 1}`).join("\n");
    const { snapshot, nodes } = await drawHeap(
      `global -head-> n0\n${links.replace(/n5$/, "n5:Node")} -payload-> target:Order`,
    );
    const [path] = snapshot.object(nodes["target"]!).paths();
    const steps = foldPath(path!);
    expect(steps.map(({ edge }) => edge)).toEqual(["global", ".head", ".next (… ×5)", ".payload"]);
    expect(steps[2]).toMatchObject({ repeats: 5, steps: 5, object: { node: nodes["n5"] } });
    expect(foldPath(path!, { keepRepeats: true })).toHaveLength(8);
  });

  test("of several steps are put together as well", async () => {
    const drawing = `global -tree-> a:Node
      a -children-> l1:Array -[0]-> b:Node -children-> l2:Array -[0]-> c:Node -children-> l3:Array -[0]-> target:Node`;
    expect(await words(drawing)).toBe("global › .tree › .children › [0] (… ×3) › Node");
  });
});

test("a path without steps has no words", () => {
  expect(foldPath([])).toEqual([]);
});
