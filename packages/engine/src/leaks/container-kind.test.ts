import { drawHeap } from "@heapscope/testkit";
import { describe, expect, test } from "vitest";
import { containerKindOf } from "./container-kind.ts";

/** The kind of `holder` on the nearest path to `entry`. */
async function kindIn(drawing: string): Promise<string> {
  const { snapshot, nodes } = await drawHeap(drawing);
  const [path] = snapshot.object(nodes["entry"]!).paths();
  const at = (name: string) => path!.findIndex(({ object }) => object.node === nodes[name]);
  return containerKindOf(path!, at("holder"), at("entry"));
}

test.each([
  ["Map", `global -m-> holder:Map =table=> table:array:"" ="6"=> entry:Order`],
  ["Map", `global -m-> map:Map =table=> holder:array:"" ="6"=> entry:Order`],
  ["Set", `global -m-> holder:Set =table=> table:array:"" ="5"=> entry:Order`],
  [
    "WeakMap",
    "global -key-> holder:Session\nglobal -m-> m:WeakMap =table=> table:array\ntable{holder => entry:Secret}",
  ],
  ["Array", "global -list-> holder:Array -[3]-> entry:Order"],
  ["object", "global -byId-> holder:Object -[30000]-> entry:Order"],
  ["object", "global -byName-> holder:Object -ada-> entry:User"],
  ["object", "global -Registry-> holder:closure -instances-> entry:Array"],
  ["listeners", "global -s-> s:Socket -_events-> events:Object -data-> holder:Array -[0]-> entry:closure"],
  ["listeners", "global -s-> holder:Socket -_events-> events:Object -data-> entry:closure"],
  [
    "listeners",
    `global -s-> s:AbortSignal -"<symbol kEvents>"-> events:Map =table=> table:array:"" ="6"=> holder:Object
     holder -next-> a:Listener -next-> entry:Listener`,
  ],
  [
    "promise",
    `global -p-> holder:Promise =reactions_or_result=> a:hidden:"system / PromiseReaction" =[2]=> entry:closure:"after"`,
  ],
  ["closure scope", `global -f-> f:closure =context=> holder:"system / Context" -(last)-> entry:Request`],
  ["timers", "global -x-> holder:TimersList -_idleNext-> entry:Timeout"],
  ["timers", "global -timerListMap-> holder:Object -[5000]-> entry:TimersList"],
  [
    "finalization registry",
    `global -r-> holder:FinalizationRegistry =[4]=> a:hidden:"system / WeakCell" =[2]=> entry:Order`,
  ],
  ["async context", `global -r-> holder:AsyncResource -"<symbol kResourceStore>"-> entry:Request`],
  ["native handles", `gcRoots -[10]-> holder:synthetic:"(Global handles)" =[60]=> entry:TCP`],
  ["root", `gcRoots -[5]-> holder:synthetic:"(Stack roots)" =[60]=> entry:Order`],
  ["modules", "global -m-> main:Module -children-> holder:Array -[0]-> entry:Module -filename-> file:string"],
  ["modules", `global -cache-> holder:Map =table=> table:array:"" ="6"=> entry:ModuleJob`],
  ["string", "global -text-> holder:cons =first=> entry:string"],
  ["buffer", "global -values-> holder:Float64Array =buffer=> entry:ArrayBuffer"],
])("the holder is of the kind %s: %s", async (kind, drawing) => {
  expect(await kindIn(drawing)).toBe(kind);
});

test("a Map of the program's own that has timers in it is a Map", async () => {
  const drawing = `global -m-> main:Module -filename-> file:string:"/app/server.js"
    main -exports-> exports:Object -timeouts-> holder:Map =table=> table:array:"" ="6"=> entry:Timeout`;
  expect(await kindIn(drawing)).toBe("Map");
});

test("a class above Array makes an array", async () => {
  const drawing = `global -list-> holder:Stack -[3]-> entry:Order
    holder -__proto__-> proto:Stack -__proto__-> base:Object -constructor-> constructor:closure:Array`;
  expect(await kindIn(drawing)).toBe("Array");
});

describe("a linked list", () => {
  const links = (count: number, property: string): string =>
    Array.from({ length: count }, (_, i) => `n${i} -${property}-> n${i + 1}:Link`).join("\n");

  test("is what a property leads to when many of a kind follow one another", async () => {
    expect(
      await kindIn(
        `global -list-> holder:List -head-> n0:Link\n${links(20, "next")}`.replace(/n0\b/g, "entry"),
      ),
    ).toBe("linked list");
  });

  test("is in the holder itself when that is a link", async () => {
    const drawing = `global -head-> n0:Link\n${links(20, "next")}`
      .replace(/n9\b/g, "holder")
      .replace(/n10\b/g, "entry");
    expect(await kindIn(drawing)).toBe("linked list");
  });

  test("is not an object with a parent that has a parent", async () => {
    expect(
      await kindIn(
        `global -page-> holder:Page -root-> n0:Link\n${links(4, "parent")}`.replace(/n0\b/g, "entry"),
      ),
    ).toBe("object");
  });

  test("in a circle is none", async () => {
    const drawing = `global -page-> holder:Page -root-> entry:Link -next-> other:Link -next-> entry`;
    expect(await kindIn(drawing)).toBe("object");
  });
});

test("without an entry, the holder's own class tells", async () => {
  const { snapshot, nodes } = await drawHeap(
    "global -a-> list:Array\nglobal -b-> map:Map\nglobal -c-> text:string",
  );
  const kindOf = (name: string) => {
    const [path] = snapshot.object(nodes[name]!).paths();
    return containerKindOf(path!, path!.length - 1);
  };
  expect(["list", "map", "text"].map(kindOf)).toEqual(["Array", "Map", "string"]);
});
