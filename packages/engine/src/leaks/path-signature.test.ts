import { drawHeap } from "@heapscope/testkit";
import { expect, test } from "vitest";
import { pathSignature } from "./path-signature.ts";

/** The signature of `holder` on the nearest path to `entry`. */
async function signatureIn(drawing: string): Promise<string> {
  const { snapshot, nodes } = await drawHeap(drawing);
  const [path] = snapshot.object(nodes["entry"]!).paths();
  return pathSignature(
    path!,
    path!.findIndex(({ object }) => object.node === nodes["holder"]),
  );
}

const inModule = (file: string, rest: string): string =>
  `global -m-> main:Module -filename-> file:string:"${file}"\nmain -exports-> exports:Object ${rest}`;

test("a signature begins with the variable that the holder is kept in, whatever leads there", async () => {
  const scope = `f =context=> scope:"system / Context" -(rooms)-> rooms:Map =table=> table:array:"" ="6"=> room:Room
    room -members-> holder:Array -[3]-> entry:Member`;
  const expected = "variable rooms › Map value › .members";
  expect(await signatureIn(`global -a-> f:closure:"handle"\n${scope}`)).toBe(expected);
  expect(await signatureIn(inModule("/app/a.js", `-b-> b:Object -c-> f:closure:""\n${scope}`))).toBe(
    expected,
  );
});

test("no more than four words are said, the first and the last ones", async () => {
  const rest = "-a-> a:Object -b-> b:Object -c-> c:Object -d-> d:Object -e-> holder:Array -[0]-> entry:Order";
  expect(await signatureIn(inModule("/app/server.js", rest))).toBe(".a › .c › .d › .e");
});

test("a module itself is told by its name, without its folder", async () => {
  expect(
    await signatureIn(
      inModule("/app/server.js", "-x-> y:Object")
        .replace("exports:Object", "holder:Object")
        .replace("y:", "entry:"),
    ),
  ).toBe("exports of server.js");
});

test("where a program is installed makes no difference", async () => {
  const rest = "-sessions-> holder:Array -[3]-> entry:Session";
  const [home, server] = await Promise.all([
    signatureIn(inModule("/home/ada/shop/server.js", rest)),
    signatureIn(inModule("C:\\\\srv\\\\server.js", rest)),
  ]);
  expect(home).toBe(".sessions");
  expect(server).toBe(home);
});

test("positions and keys that are data are left out, names are not", async () => {
  const rest = (key: string) =>
    inModule(
      "/app/server.js",
      `-byDay-> a:Object -"${key}"-> b:Object -open-> holder:Array -[0]-> entry:Order`,
    );
  const expected = ".byDay › […] › .open";
  for (const key of ["2026-11-23", "user12345", "a b", "f3b9c0de-77", "x".repeat(50), "1e9a8c7d"])
    expect(await signatureIn(rest(key)), key).toBe(expected);
  for (const key of ["today", "content-type", "utf8", "level2Cache"])
    expect(await signatureIn(rest(key)), key).not.toBe(expected);
});

test("how long a list is and which timer runs make no difference", async () => {
  const list = (count: number) =>
    inModule("/app/server.js", "-head-> n0:Link") +
    Array.from({ length: count }, (_, i) => `\nn${i} -next-> n${i + 1}:Link`).join("") +
    `\nn${count} -values-> holder:Array -[0]-> entry:Order`;
  expect(await signatureIn(list(5))).toBe(await signatureIn(list(9)));
  const timer = (delay: number) =>
    `global -lists-> lists:Object -[${delay}]-> list:TimersList -_idleNext-> t:Timeout -_onTimeout-> f:closure:"tick"
     f -seen-> holder:Array -[0]-> entry:Order`;
  expect(await signatureIn(timer(100))).toBe("timer › timer callback › .seen");
  expect(await signatureIn(timer(100))).toBe(await signatureIn(timer(2000)));
});

test("a Map and its table, an emitter and its list of listeners have one signature each", async () => {
  const map = inModule("/app/a.js", `-m-> owner:Map =table=> table:array:"" ="6"=> entry:Order`);
  expect(await signatureIn(map.replace("owner", "holder"))).toBe(
    await signatureIn(map.replace("table:", "holder:")),
  );
  const emitter = inModule(
    "/app/a.js",
    "-e-> e:Emitter -_events-> events:Object -data-> list:Array -[1]-> entry:closure",
  );
  const expected = ".e › listener of 'data'";
  expect(await signatureIn(emitter.replace("list:", "holder:"))).toBe(expected);
  expect(await signatureIn(emitter.replaceAll("events:", "holder:"))).toBe(expected);
});

test("Node's own structures are left out, since other versions have others", async () => {
  const drawing = `global -x-> f:closure =context=> top:"system / Context" =previous=> realm:hidden:"system / NativeContext"
    f =shared=> info:code:"f" =script=> script:code:"x" =name=> url:string:"node:diagnostics_channel"
    top -(channels)-> channels:Map =table=> table:array:"" ="6"=> channel:Channel -_subscribers-> list:Array -[0]-> user:closure:"onCall"
    user -calls-> holder:Array -[0]-> entry:Order`;
  expect(await signatureIn(drawing)).toBe("module node:diagnostics_channel › .calls");
});
