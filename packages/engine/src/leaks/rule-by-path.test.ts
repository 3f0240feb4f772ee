import { drawHeap } from "@heapscope/testkit";
import { expect, test } from "vitest";
import { findLeaks } from "./find-leaks.ts";

const residents = Array.from(
  { length: 30 },
  (_, i) => `global -r${i}-> r${i}:Resident${i}@${501 + 2 * i}`,
).join("\n");

/** The verdict about three snapshots, and the rules that accounted for something. */
async function judge(draw: (count: number) => string): Promise<[string, string[]]> {
  const snapshots = await Promise.all(
    [5, 15, 25].map(async (count) => (await drawHeap(`${residents}\n${draw(count)}`)).snapshot),
  );
  const { verdict, ignored } = await findLeaks(snapshots);
  return [verdict, ignored.map(({ rule, className }) => `${rule}: ${className}`)];
}

function repeat(count: number, draw: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => draw(number)).join("\n");
}

function drawModules(fileOf: (number: number) => string): (count: number) => string {
  return (count) => `global -cache-> cache:Array(16)@201
    ${repeat(
      count,
      (i) =>
        `cache -[${i}]-> m${i}:Module(300)@${3001 + 4 * i} -filename-> file${i}:string:"${fileOf(i)}"(40)@${3003 + 4 * i}`,
    )}`;
}

test("modules of different files are loaded when they are first needed", async () => {
  expect(await judge(drawModules((i) => `/app/locale-${i}.js`))).toEqual(["no-leak", ["modules: Module"]]);
});

test("modules of the same few files are loaded again and again: a leak", async () => {
  expect(await judge(drawModules((i) => `/app/config-${i % 3}.js`))).toEqual(["leak", []]);
});

test("what was logged to a debugger's console is kept for it", async () => {
  const logged = await judge(
    (count) => `gcRoots -> handles:synthetic:"(Global handles)"@201
      ${repeat(count, (i) => `handles ="${i} / DevTools console"=> o${i}:Logged(300)@${3001 + 2 * i}`)}`,
  );
  expect(logged).toEqual(["no-leak", ["console: Logged"]]);
});

test("what this program put into a target is no leak of the target's", async () => {
  const ours = await judge(
    (count) => `global -"<symbol heapscope.pause>"-> watch:Object@201
      ${repeat(count, (i) => `watch -[${i}]-> o${i}:Tick(300)@${3001 + 2 * i}`)}`,
  );
  expect(ours).toEqual(["no-leak", ["capture: Tick"]]);
});
