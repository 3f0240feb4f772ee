import { drawHeap } from "@heapscope/testkit";
import { expect, test } from "vitest";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { findGrowth, GrowthError } from "./growth.ts";
import type { Growth } from "./growth.ts";

/** Objects that are always there, so that ids can be seen to mean the same. */
const residents = Array.from(
  { length: 30 },
  (_, i) => `global -r${i}-> r${i}:Resident${i}@${501 + 2 * i}`,
).join("\n");

/** The same process at several times: one drawing each. Names must have the same `@id` in all of them. */
async function drawSeries(...drawings: string[]): Promise<HeapSnapshot[]> {
  return Promise.all(drawings.map(async (drawing) => (await drawHeap(`${residents}\n${drawing}`)).snapshot));
}

/** `list(r s)` → an Array `list` that holds `r` and `s`, objects of 600 bytes of the class `List`. */
function drawPiles(text: string): string {
  return [...text.matchAll(/(\w+)\(([^)]*)\)/g)]
    .flatMap(([, name = "", members = ""], pile) => [
      `global -${name}-> ${name}:Array@${101 + 2 * pile}`,
      ...members.split(" ").map((member, i) => {
        const id = 1001 + 2 * [...member].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 97, 0);
        return `${name} -[${i}]-> ${member}:In${name}(600)@${id}`;
      }),
    ])
    .join("\n");
}

function print({ rounds, suspects }: Growth): unknown {
  return {
    rounds,
    suspects: suspects.map(({ holder, piles }) => [
      `@${holder.id}`,
      ...piles.map((pile) => `${pile.className} ${pile.counts.join(" ")}, ${pile.addedRetainedSize} bytes`),
    ]),
  };
}

test("what every round adds to and nothing leaves is growth; a bounded cache and a busy queue are not", async () => {
  const snapshots = await drawSeries(
    drawPiles("cache(a b c) queue(j) list(r)"),
    drawPiles("cache(c d e) queue(k l) list(r s t)"),
    drawPiles("cache(e f g) queue(m n o) list(r s t u v)"),
  );
  expect(print(await findGrowth(snapshots))).toEqual({
    rounds: 2,
    suspects: [["@105", "Inlist 1 3 5, 2400 bytes"]],
  });
});

test("what grows in one round only is not growth", async () => {
  const snapshots = await drawSeries(
    drawPiles("list(r)"),
    drawPiles("list(r s t)"),
    drawPiles("list(r s t)"),
  );
  expect((await findGrowth(snapshots)).suspects).toEqual([]);
});

test("a bounded cache that replaces its oldest members is not growth, even if what came lately is all there", async () => {
  const snapshots = await drawSeries(
    drawPiles("cache(a b c d e f)"),
    drawPiles("cache(c d e f g h)"),
    drawPiles("cache(e f g h i j)"),
  );
  expect((await findGrowth(snapshots)).suspects).toEqual([]);
});

test("what was there before and only moves is not growth", async () => {
  const old = (holder: string): string =>
    `global -pool-> pool:Pool@901\n${holder} -old-> old:Inlist(600)@903`;
  const snapshots = await drawSeries(
    `${drawPiles("list(r)")}\n${old("pool")}`,
    `${drawPiles("list(r s t u v)")}\n${old("pool")}`,
    `${drawPiles("list(r s t u v)")}\n${old("list")}`,
  );
  expect((await findGrowth(snapshots)).suspects).toEqual([]);
});

test("two snapshots make one round, in which everything that stayed counts", async () => {
  const snapshots = await drawSeries(drawPiles("cache(a) list(r)"), drawPiles("cache(b) list(r s t)"));
  expect(print(await findGrowth(snapshots))).toEqual({
    rounds: 1,
    suspects: [["@103", "Inlist 1 3, 1200 bytes"]],
  });
});

test("one tenth of what was added may be gone, more may not", async () => {
  const letters = "abcdefghijkl".split("");
  const grow = (dropped: number): Promise<HeapSnapshot[]> =>
    drawSeries(
      drawPiles("list(zz)"),
      drawPiles(`list(zz ${letters.slice(0, 10).join(" ")})`),
      drawPiles(`list(zz ${letters.slice(dropped).join(" ")} xx yy)`),
    );
  expect((await findGrowth(await grow(1))).suspects).toHaveLength(1);
  expect((await findGrowth(await grow(2))).suspects).toEqual([]);
});

test("growth of less than a kilobyte a round is left out", async () => {
  const snapshots = await drawSeries(drawPiles("list(r)"), drawPiles("list(r s)"), drawPiles("list(r s t)"));
  expect((await findGrowth(snapshots)).suspects).toEqual([]);
});

/** `count` listeners, each a function whose scope keeps a request and that request's body; the list's store is new. */
function drawListeners(count: number, storeId: number): string {
  const listeners = Array.from({ length: count }, (_, i) => {
    const id = 2001 + 20 * i;
    return `store -[${i}]-> f${i}:closure(64)@${id}<7:8:25>
      f${i} =context=> scope${i}:"system / Context"(32)@${id + 2}
      scope${i} -(this)-> request${i}:Request(100)@${id + 4}<7:3:13>
      request${i} -body-> body${i}:string(1000)@${id + 6}`;
  });
  return `global -emitter-> emitter:Emitter@201
    emitter -listeners-> list:Array@203
    list =elements=> store:array(64)@${storeId}
    ${listeners.join("\n")}`;
}

test("the holder is what the program sees, and the subject is what the entry keeps alive", async () => {
  const snapshots = await drawSeries(drawListeners(1, 301), drawListeners(3, 303), drawListeners(5, 305));
  const { suspects } = await findGrowth(snapshots);
  expect(suspects).toHaveLength(1);
  const { holder, piles } = suspects[0];
  expect(holder).toMatchObject({ className: "Array", id: 203 });
  expect(piles).toHaveLength(1); // requests and bodies belong to the functions
  const { counts, added, addedRetainedSize, entry, subject } = piles[0];
  expect({ counts, added, addedRetainedSize }).toEqual({
    counts: [1, 3, 5],
    added: [2, 2],
    addedRetainedSize: 4 * (64 + 32 + 100 + 1000),
  });
  expect(entry).toMatchObject({ type: "closure", location: { scriptId: 7, line: 8, column: 25 } });
  expect(subject).toMatchObject({ className: "Request", location: { scriptId: 7, line: 3, column: 13 } });
});

test("an array that appears full is about what is in it", async () => {
  const orders = Array.from({ length: 9 }, (_, i) => `store -[${i}]-> o${i}:Order(300)@${2001 + 2 * i}`);
  const full = `global -orders-> orders:Array@203\norders =elements=> store:array(64)@205\n${orders.join("\n")}`;
  const [pile] = (await findGrowth(await drawSeries("", full))).suspects[0].piles;
  expect(pile).toMatchObject({ className: "Array", counts: [0, 1] });
  expect(pile.subject).toMatchObject({ className: "Order", retainedSize: 300 });
});

test("two classes under one holder are one suspect, the heavier first", async () => {
  const draw = (count: number): string =>
    ["global -map-> map:Map@201"]
      .concat(
        Array.from({ length: count }, (_, i) => {
          return `map -a${i}-> a${i}:Small(2000)@${2001 + 2 * i}\nmap -b${i}-> b${i}:Large(3000)@${3001 + 2 * i}`;
        }),
      )
      .join("\n");
  const { suspects } = await findGrowth(await drawSeries(draw(1), draw(2), draw(3)));
  expect(suspects.map(({ piles }) => piles.map(({ className }) => className))).toEqual([["Large", "Small"]]);
  expect(suspects[0].addedRetainedSize).toBe(10_000);
});

test("snapshots whose ids mean different things are refused, and so is a single one", async () => {
  const renumbered = residents.replaceAll(/Resident(\d+)/g, (_, i) => `Resident${(Number(i) + 7) % 30}`);
  const { snapshot: other } = await drawHeap(`${renumbered}\n${drawPiles("list(r s)")}`);
  const [first] = await drawSeries(drawPiles("list(r)"));
  await expect(findGrowth([first, other])).rejects.toThrow(GrowthError);
  await expect(findGrowth([first, other])).rejects.toThrow(
    /^Snapshots 1 and 2 cannot be followed\. Object ids do not mean/,
  );
  await expect(findGrowth([first])).rejects.toThrow(GrowthError);
});
