import { drawHeap } from "@heapscope/testkit";
import { describe, expect, test, vi, type MockInstance } from "vitest";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { describeTableJob, runTableJob, type TableRequest } from "../table-job.ts";
import { findLeaks, LeaksError, type FindLeaksOptions } from "./find-leaks.ts";
import { prepareLeakOutline } from "./leak-outline.ts";
import type { LeakReport } from "./leak-report.ts";

/** Objects that are always there, so that ids can be seen to mean the same. */
const residents = Array.from(
  { length: 30 },
  (_, i) => `global -r${i}-> r${i}:Resident${i}@${501 + 2 * i}`,
).join("\n");

/** The same process at several times: one drawing each. Names must have the same `@id` in all of them. */
async function drawSeries(...drawings: string[]): Promise<HeapSnapshot[]> {
  return Promise.all(drawings.map(async (drawing) => (await drawHeap(`${residents}\n${drawing}`)).snapshot));
}

/** Searches whole snapshots. Outlines of all but the last one must tell the same, also when another thread helps. */
async function search(snapshots: readonly HeapSnapshot[], options?: FindLeaksOptions): Promise<LeakReport> {
  const report = await findLeaks(snapshots, options);
  const outlines = await Promise.all(
    snapshots.slice(0, -1).map((snapshot) => prepareLeakOutline(snapshot, options)),
  );
  const last = snapshots.at(-1)!;
  expect(await findLeaks([...outlines, last], options)).toEqual(report);
  const thread = computeAsElsewhere(last);
  expect(await findLeaks([...outlines, last], options)).toEqual(report);
  expect(thread).toHaveBeenCalledOnce();
  thread.mockRestore();
  return report;
}

/** Has tables of the snapshot computed as another thread would, from a message. */
function computeAsElsewhere(snapshot: HeapSnapshot): MockInstance<HeapSnapshot["computeElsewhere"]> {
  const spy = vi.spyOn(snapshot, "computeElsewhere") as MockInstance;
  return spy.mockImplementation(async (request: TableRequest) =>
    Promise.resolve(runTableJob(structuredClone(describeTableJob(request, snapshot.graph)!))),
  );
}

/** `a` … → an odd id from 1001 on, the same for the same letters. */
function idOf(member: string): number {
  return 1001 + 2 * [...member].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 96, 0);
}

/** `list(r s)` → an Array `list` that holds `r` and `s`, objects of 600 bytes of the class `InList`. */
function drawPiles(text: string): string {
  return [...text.matchAll(/(\w+)\(([^)]*)\)/g)]
    .flatMap(([, name = "", members = ""], pile) => [
      `global -${name}-> ${name}:Array@${101 + 2 * pile}`,
      ...members
        .split(" ")
        .filter((member) => member !== "")
        .map((member, i) => `${name} -[${i}]-> ${member}:In${name}(600)@${idOf(member)}`),
    ])
    .join("\n");
}

/** `3 letters from "c"` → `c d e`. */
function letters(count: number, from = 0): string {
  return Array.from({ length: count }, (_, i) => {
    const number = from + i;
    return String.fromCharCode(
      97 + Math.floor(number / 676),
      97 + (Math.floor(number / 26) % 26),
      97 + (number % 26),
    );
  }).join(" ");
}

function print({ verdict, suspects }: LeakReport): unknown {
  return [
    verdict,
    ...suspects.map(
      ({ className, containerKind, holder, counts, addedSizes }) =>
        `${className} in ${containerKind} @${holder.id}: ${counts.join(" ")}, ${addedSizes.map((size) => `+${size}`).join(" ")}`,
    ),
  ];
}

async function verdictOf(...drawings: string[]): Promise<unknown> {
  return print(await search(await drawSeries(...drawings)));
}

async function ignoredOf(...drawings: string[]): Promise<string[]> {
  const { ignored } = await search(await drawSeries(...drawings));
  return ignored.map(({ rule, className }) => `${rule}: ${className}`);
}

describe("what grows", () => {
  test("is what every round adds to and nothing leaves, not a bounded cache or a busy queue", async () => {
    expect(
      await verdictOf(
        drawPiles(`cache(${letters(9)}) queue(${letters(2, 40)}) list(${letters(3, 100)})`),
        drawPiles(`cache(${letters(9, 4)}) queue(${letters(5, 50)}) list(${letters(8, 100)})`),
        drawPiles(`cache(${letters(9, 8)}) queue(${letters(8, 60)}) list(${letters(13, 100)})`),
      ),
    ).toEqual(["leak", "Inlist in Array @105: 3 8 13, +3000 +3000"]);
  });

  test("in one round only is not a leak: initialisation, or a module that is loaded late", async () => {
    const quiet = drawPiles(`list(${letters(3)})`);
    const full = drawPiles(`list(${letters(30)})`);
    expect(await verdictOf(quiet, full, full)).toEqual(["no-leak"]);
    expect(await ignoredOf(quiet, full, full)).toEqual(["one-time: Inlist"]);
    expect(await ignoredOf(quiet, quiet, full)).toEqual(["one-time: Inlist"]);
  });

  test("less and less is not a leak: it fills up to a size", async () => {
    const sizes = [3, 40, 45].map((count) => drawPiles(`list(${letters(count)})`));
    expect(await verdictOf(...sizes)).toEqual(["no-leak"]);
    expect(await ignoredOf(...sizes)).toEqual(["levelling-off: Inlist"]);
  });

  test("by less than chance would explain is not a leak: what comes goes again", async () => {
    const cache = [0, 18, 36].map((from, i) =>
      drawPiles(`cache(${letters(2 * i, 300)} ${letters(20, from)})`),
    );
    expect(await verdictOf(...cache)).toEqual(["no-leak"]);
    expect(await ignoredOf(...cache)).toEqual(["turnover: Incache"]);
  });

  test("and is emptied again is a queue", async () => {
    const queue = [1, 10, 30].map((count, i) => drawPiles(`queue(${letters(count, 100 * i)})`));
    expect(await ignoredOf(...queue)).toEqual(["draining: Inqueue"]);
  });

  test("with many that come and go is a leak of those that stay", async () => {
    expect(
      await verdictOf(
        ...[0, 1, 2].map((round) => drawPiles(`map(${letters(30 * round, 500)} ${letters(9, 20 * round)})`)),
      ),
    ).toEqual(["leak", "Inmap in Array @101: 9 39 69, +18000 +23400"]);
  });

  test("while others become fewer for it is not a leak: the collection is bounded", async () => {
    const mixed = [0, 1, 2].map((round) =>
      ["global -cache-> cache:Array@101"]
        .concat(
          Array.from({ length: 60 }, (_, i) => {
            const className = i < 20 + 15 * round ? "Page" : "Image";
            return `cache -[${i}]-> ${className}${i}:${className}(600)@${(className === "Page" ? 2001 : 4001) + 2 * i}`;
          }),
        )
        .join("\n"),
    );
    expect(await verdictOf(...mixed)).toEqual(["no-leak"]);
  });

  test("by too little to tell from what a runtime does is not a leak", async () => {
    const some = [1, 2, 3].map((count) => drawPiles(`list(${letters(count)})`));
    expect(await verdictOf(...some)).toEqual(["no-leak"]);
    expect(await ignoredOf(...some)).toEqual(["small: Inlist"]);
  });

  test("is told of two snapshots as growth, with what would settle it", async () => {
    const report = await search(
      await drawSeries(drawPiles(`list(${letters(3)})`), drawPiles(`list(${letters(9)})`)),
    );
    expect(print(report)).toEqual(["growth", "Inlist in Array @101: 3 9, +3600"]);
    expect(report.advice).toEqual([expect.stringMatching(/take a third one/)]);
  });

  test("a rule that is switched off accounts for nothing", async () => {
    const snapshots = await drawSeries(...[3, 40, 45].map((count) => drawPiles(`list(${letters(count)})`)));
    const report = await search(snapshots, { keep: ["levelling-off"] });
    expect(report.verdict).toBe("leak");
    expect(report.ignored).toEqual([]);
  });
});

/** A drawing of `count` things, made by a function of their number. */
function repeat(count: number, draw: (number: number) => string): string {
  return Array.from({ length: count }, (_, number) => draw(number)).join("\n");
}

/** Three snapshots of what a function draws for 5, 15 and 25 things. */
async function findInGrowing(draw: (count: number) => string): Promise<LeakReport> {
  return search(await drawSeries(draw(5), draw(15), draw(25)));
}

describe("the suspect", () => {
  test("is a listener's request: what arrives is a function, what it is about makes up most of it", async () => {
    const report = await findInGrowing(
      (count) => `global -emitter-> emitter:Emitter@201
        emitter -listeners-> list:Array@203
        list =elements=> store:array(64)@${3001 + 2 * count}
        ${repeat(
          count,
          (i) => `store -[${i}]-> f${i}:closure:listen(64)@${4001 + 20 * i}<7:8:25>
            f${i} =context=> scope${i}:"system / Context"(32)@${4003 + 20 * i}
            scope${i} -(this)-> request${i}:Request(100)@${4005 + 20 * i}<7:3:13>
            request${i} -body-> body${i}:string(1000)@${4007 + 20 * i}`,
        )}`,
    );
    expect(report.suspects).toHaveLength(1);
    const [{ className, subject, entry, holder, counts, addedSizes, samples }] = report.suspects;
    expect({ className, counts, addedSizes }).toEqual({
      className: "Request",
      counts: [5, 15, 25],
      addedSizes: [11_960, 11_960],
    });
    expect(entry).toMatchObject({ type: "closure", location: { scriptId: 7, line: 8, column: 25 } });
    expect(subject).toMatchObject({ className: "Request", location: { scriptId: 7, line: 3, column: 13 } });
    expect(holder.id).toBe(203);
    expect(samples.map((sample) => sample.className)).toEqual(new Array(6).fill("Request"));
  });

  test("is one for the many small lists of many users, and tells how many they are", async () => {
    const report = await findInGrowing(
      (count) => `global -users-> users:Array@201
        ${repeat(
          40,
          (
            user,
          ) => `users -[${user}]-> user${user}:User(50)@${3001 + 4 * user} -log-> log${user}:Array(16)@${3003 + 4 * user}
            ${repeat(count, (i) => `log${user} -[${i}]-> line${user}_${i}:Line(40)@${9001 + 2 * (user * 100 + i)}`)}`,
        )}`,
    );
    expect(print(report)).toEqual([
      "leak",
      expect.stringMatching(/^Line in Array @\d+: 200 600 1000, \+16000 \+16000$/),
    ]);
    expect(report.suspects[0].holderCount).toBe(40);
  });

  test("is not what fills many small lists that have the same bound", async () => {
    const counts = [3, 9, 15]; // users with a full list
    const draw = (full: number): string => `global -users-> users:Array@201
      ${repeat(
        20,
        (
          user,
        ) => `users -[${user}]-> user${user}:User(50)@${3001 + 4 * user} -log-> log${user}:Array(16)@${3003 + 4 * user}
          ${repeat(user < full ? 10 : 1, (i) => `log${user} -[${i}]-> line${user}_${i}:Line(140)@${9001 + 2 * (user * 100 + i)}`)}`,
      )}`;
    expect(await verdictOf(...counts.map(draw))).toEqual(["no-leak"]);
  });

  test("is the nodes of a linked list, however long it is and wherever it grows", async () => {
    const [append, prepend] = [true, false].map((isAppended) => (count: number): string => {
      const order = Array.from({ length: count }, (_, i) => (isAppended ? i : count - 1 - i));
      return `global -log-> log:Log@201
        log -head-> n${order[0]}
        ${order.map((i, at) => `n${i}:Entry(300)@${3001 + 2 * i}${at + 1 < count ? ` -next-> n${order[at + 1]}` : ""}`).join("\n")}`;
    });
    for (const draw of [append, prepend]) {
      expect(print(await findInGrowing(draw))).toEqual([
        "leak",
        expect.stringMatching(/^Entry in linked list @201: 5 15 25, \+3000 \+3000$/),
      ]);
    }
  });

  test("is found below a holder that is made anew each time, as immutable state is", async () => {
    const report = await findInGrowing(
      (count) => `global -store-> store:Store@201
        store -state-> state${count}:State@${3001 + 2 * count} -items-> items${count}:Array(16)@${4001 + 2 * count}
        ${repeat(count, (i) => `items${count} -[${i}]-> item${i}:Item(300)@${5001 + 2 * i}`)}`,
    );
    expect(print(report)).toEqual([
      "leak",
      expect.stringMatching(/^Item in Array @4051: 5 15 25, \+3000 \+3000$/),
    ]);
  });

  test("is the values and keys of a dictionary together", async () => {
    const report = await findInGrowing(
      (count) => `global -byName-> byName:Object@201
        ${repeat(count, (i) => `byName -k${i}-> v${i}:Account(300)@${3001 + 2 * i}`)}`,
    );
    expect(print(report)).toEqual(["leak", "Account in object @201: 5 15 25, +3000 +3000"]);
  });

  test("is a buffer that becomes larger, although there is only one", async () => {
    const draw = (size: number): string =>
      `global -log-> log:Log@201 -bytes-> bytes:Uint8Array@203 -buffer-> buffer:ArrayBuffer@205
       buffer =backing_store=> data:native:"system / JSArrayBufferData"(${size})@${3001 + size}`;
    expect(await verdictOf(draw(100_000), draw(200_000), draw(300_000))).toEqual([
      "leak",
      "ArrayBuffer in buffer @205: 1 1 1, +100000 +100000",
    ]);
  });

  test("is one with the stores of the lists that it fills", async () => {
    const report = await findInGrowing(
      (count) => `global -users-> users:Array@201
        ${repeat(
          40,
          (
            user,
          ) => `users -[${user}]-> user${user}:User(50)@${3001 + 4 * user} -log-> log${user}:Array(16)@${3003 + 4 * user}
            log${user} =elements=> store${user}:array(${400 * count})@${20_001 + 2 * (40 * count + user)}
            ${repeat(count, (i) => `store${user} -[${i}]-> line${user}_${i}:Line(40)@${9001 + 2 * (user * 100 + i)}`)}`,
        )}`,
    );
    expect(print(report)).toEqual([
      "leak",
      expect.stringMatching(/^Line in Array @\d+: 200 600 1000, \+176000 \+176000$/),
    ]);
  });

  test("is one where two structures hold the same things, and the other is told", async () => {
    const report = await findInGrowing(
      (count) => `global -registry-> registry:Registry@201
        registry -byId-> byId:Array(16)@203
        registry -byName-> byName:Array(16)@205
        ${repeat(count, (i) => `byId -[${i}]-> d${i}:Device(300)@${3001 + 2 * i}\nbyName -[${i}]-> d${i}`)}`,
    );
    expect(print(report)).toEqual(["leak", "Device in Array @203: 5 15 25, +3000 +3000"]);
    expect(report.suspects[0].alsoHeldBy.map(({ id }) => id)).toEqual([205]);
  });

  test("is the place above, not the parts of what arrives: no byte belongs to two suspects", async () => {
    const report = await findInGrowing(
      (count) => `global -sessions-> sessions:Array@201
        ${repeat(
          count,
          (
            i,
          ) => `sessions -[${i}]-> s${i}:Session(100)@${3001 + 10 * i} -cart-> c${i}:Cart(100)@${3003 + 10 * i}
            c${i} -items-> l${i}:Array(100)@${3005 + 10 * i} -[0]-> item${i}:Item(100)@${3007 + 10 * i}`,
        )}`,
    );
    expect(print(report)).toEqual(["leak", "Session in Array @201: 5 15 25, +4000 +4000"]);
  });

  test("has no weak edge on its path, and what only weak edges hold is none", async () => {
    const report = await findInGrowing(
      (count) => `global -registry-> registry:Registry@201
        ${repeat(count, (i) => `registry ~weak~> w${i}:Cached(300)@${3001 + 2 * i}`)}`,
    );
    expect(report.verdict).toBe("no-leak");
  });

  test("has a signature without numbers of this process", async () => {
    const draw =
      (shift: number) =>
      (count: number): string =>
        `global -registry-> registry:Registry@${201 + shift} -list-> list:Array(16)@${203 + shift}
        ${repeat(count, (i) => `list -[${i}]-> d${i}:Device(300)@${3001 + shift + 2 * i}`)}`;
    const [a, b] = [await findInGrowing(draw(0)), await findInGrowing(draw(1000))];
    expect(a.suspects[0].signature).toBe(b.suspects[0].signature);
    expect(a.suspects[0].signature).toContain("Device");
    expect(a.suspects[0].signature).not.toMatch(/\d/);
  });
});

describe("snapshots whose ids do not mean the same", () => {
  /** As another process would have it: the same shape, other ids. */
  function renumber(drawing: string, by: number): string {
    return `${residents.replaceAll(/Resident(\d+)@/g, (_, i) => `Resident${(Number(i) + by) % 30}@`)}\n${drawing}`;
  }

  test("are followed by class, shape and path, and the report says what that cannot show", async () => {
    const snapshots = await Promise.all(
      [5, 15, 25].map(
        async (count, i) =>
          (await drawHeap(renumber(drawPiles(`cache(${letters(10)}) list(${letters(count, 100)})`), 7 * i)))
            .snapshot,
      ),
    );
    const report = await search(snapshots);
    expect(report.matchedBy).toBe("shape");
    expect(print(report)).toEqual(["leak", "Inlist in Array @103: 5 15 25, +6000 +6000"]);
    expect(report.advice).toEqual([expect.stringMatching(/matched by class, shape and path/)]);
  });
});

test("one snapshot is refused", async () => {
  const [only] = await drawSeries(drawPiles("list(a)"));
  await expect(findLeaks([only])).rejects.toThrow(LeaksError);
});

test("the search can be stopped", async () => {
  const snapshots = await drawSeries(drawPiles("list(a)"), drawPiles("list(a b)"));
  await expect(findLeaks(snapshots, { signal: { aborted: true } })).rejects.toThrow(/cancel/i);
});

test("outlines are refused that cannot be searched: the last one, and one of another kind", async () => {
  const [first, last] = await drawSeries(
    "global -a-> a:A@1001",
    "global -a-> a:A@1001\n global -b-> b:B@1003",
  );
  const outline = await prepareLeakOutline(first!, { keep: ["shapes"] });
  await expect(findLeaks([first!, await prepareLeakOutline(last!)])).rejects.toThrow(RangeError);
  await expect(findLeaks([outline, last!])).rejects.toThrow(/other rules/);
  await expect(findLeaks([outline, last!], { keep: ["shapes", "small"] })).resolves.toMatchObject({
    rounds: 1,
  });
});
