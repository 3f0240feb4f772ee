// `heapscope leaks` as users run it: on drawn snapshots, on real ones, and on the practice server, whose leak is known.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { captureRecordOf } from "@heapscope/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Leaks } from "../schemas/leaks.ts";
import { buildCommand, fixture, type BuiltCommand } from "./built-command.ts";
import { drawShop } from "./draw-shop.ts";

let command: BuiltCommand;
let validate: ValidateFunction;
let validateBaseline: ValidateFunction;
beforeAll(() => {
  command = buildCommand();
  const compile = (name: string): ValidateFunction =>
    new Ajv2020({ allErrors: true }).compile(JSON.parse(command.run(["schema", name]).stdout) as object);
  validate = compile("leaks");
  validateBaseline = compile("baseline");
  for (const [index, name] of ["1", "2", "3"].entries()) {
    command.write(`${name}.heapsnapshot`, shop(100 + 100 * index, index));
    command.write(`calm-${name}.heapsnapshot`, shop(100, index));
  }
});
afterAll(() => command.remove());

/** A shop whose map `sessions` holds so many sessions of 2,000 bytes; `turn` changes what is there for a moment only. */
function shop(sessions: number, turn = 0): string {
  const entries = Array.from(
    { length: sessions },
    (_, i) => `table =[${i}]=> s${i}:Session(2000)@${1001 + 2 * i}<12:9:3>`,
  );
  return drawShop(entries, turn);
}

const series = ["1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot"];
const calm = series.map((name) => `calm-${name}`);

/** The result of a run that must go well, checked against the schema that the built command prints. */
function read(...words: string[]): Leaks {
  const { code, stdout, stderr } = command.run(["leaks", ...words, "--json"]);
  expect(code, stderr + stdout).toBe(0);
  const result = JSON.parse(stdout) as Leaks;
  validate(result);
  expect(validate.errors).toBeNull();
  return result;
}

/** The sentence with which it refuses. */
function refuse(...words: string[]): string {
  const { code, stdout, stderr } = command.run(["leaks", ...words]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr.trim().split("\n").at(-1)!.replace("heapscope: ", "");
}

describe("from files", () => {
  it("names what leaks, what holds it and where it is made", () => {
    const { code, stdout, stderr } = command.run(["leaks", ...series]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(
      /^Leak: 200 Session objects in Map `sessions`, \+100 per round, \+200 kB each round\n {2}held by .*\.sessions › Map @13\n {2}created {3}\/srv\/app\/server\.js:10:4 .*\n {2}grew in {3}2 of 2 rounds; none of the earlier ones was freed/,
    );
    expect(stdout).toMatch(/\n {2}look at {3}heapscope path 3\.heapsnapshot @\d+\n/);
  });

  it("gives programs what was promised", () => {
    const result = read(...series);
    expect(result).toMatchObject({
      schema: "heapscope/leaks@1",
      verdict: "leak",
      rounds: 2,
      matchedBy: "id",
      snapshots: series.map((file) => ({ file })),
      suspects: [
        {
          rank: 1,
          className: "Session",
          container: "Map",
          containerName: "sessions",
          containerId: 13,
          count: { before: 100, after: 300, perRound: [100, 100] },
          retainedSizeDelta: 400_000,
          created: "/srv/app/server.js:10:4",
        },
      ],
    });
    const [suspect] = result.suspects;
    expect(suspect!.path.at(-1)).toMatchObject({ edge: ".sessions", id: 13 });
    expect(suspect!.rawPath.at(-1)!.id).toBe(suspect!.subject.id);
    expect(suspect!.confidence).toBeGreaterThanOrEqual(0.5);
    expect(suspect!.sampleIds.length).toBeGreaterThan(1);
    // Ids that the other commands take.
    expect(command.run(["path", "3.heapsnapshot", `@${suspect!.sampleIds[0]}`]).code).toBe(0);
  });

  it("finds no leak where what comes goes again", () => {
    expect(read(...calm)).toMatchObject({ verdict: "no-leak", suspects: [] });
    expect(command.run(["leaks", ...calm]).stdout).toMatch(
      /^No leak: nothing accumulates over 2 rounds\.\n\n3 snapshots, 2 rounds: /,
    );
  });

  it("says of two snapshots what a third one would settle", () => {
    const result = read(...series.slice(0, 2));
    expect(result).toMatchObject({ verdict: "growth", rounds: 1 });
    expect(result.advice.join(" ")).toMatch(/third/);
    expect(command.run(["leaks", ...series.slice(0, 2)]).stdout).toMatch(
      /^Growth: 100 Session objects in Map /,
    );
  });

  it("puts snapshots into the order in which they were taken, and says so", () => {
    const result = read("3.heapsnapshot", "1.heapsnapshot", "2.heapsnapshot");
    expect(result).toMatchObject({ verdict: "leak", reordered: true });
    expect(result.snapshots.map(({ file }) => file)).toEqual(series);
    expect(result.notes.join()).toContain(
      "their object ids say; compared in theirs, the oldest first: 1.heaps",
    );
  });

  it("says of different processes what that can show", () => {
    for (const [index, name] of ["a", "b"].entries()) {
      const text = shop(100 + 100 * index);
      command.write(`${name}.heapsnapshot`, text);
      const ids = { space: name };
      command.write(`${name}.heapsnapshot.json`, JSON.stringify(captureRecordOf(text, { ids })));
    }
    expect(read("a.heapsnapshot", "b.heapsnapshot")).toMatchObject({
      matchedBy: "shape",
      explanation: expect.stringMatching(
        /^Object ids do not mean the same .* by class, shape and path/,
      ) as string,
    });
  });

  it.each([
    ["one file", ["1.heapsnapshot"], /^one snapshot shows what is there, not what grows; /],
    [
      "a file twice",
      ["1.heapsnapshot", "./1.heapsnapshot"],
      /^1\.heapsnapshot and \.\/1.* are the same snapshot; /,
    ],
    ["a file that is not there", ["1.heapsnapshot", "x.heapsnapshot"], /x\.heapsnapshot does not exist/],
    ["standard input twice", ["-", "-"], /standard input can be read only once/],
    ["no process", ["2147483647"], /no process 2147483647/],
    ["options of a process", [...series, "--interval", "5s"], /^--interval is for a running process; /],
    ["two kinds of work", ["1", "--interval", "5s", "--exercise", "true"], /give one of them\.$/],
    ["a rule that is none", [...series, "--keep", "nonsense"], /'nonsense' is not one of code, shapes/],
    ["a baseline without a name", [...series, "--update-baseline"], /needs the file to write/],
  ])("refuses %s with a sentence", (_, words, sentence) => {
    expect(refuse(...words)).toMatch(sentence);
  });

  it("reads a real pair", () => {
    const result = read(fixture("node-24-pair-1"), fixture("node-24-pair-2"));
    expect(result.matchedBy).toBe("id");
    expect(result.rounds).toBe(1);
  });
});

describe("as a gate", () => {
  it("fails on a leak only when it is told to, and says all it has to say", () => {
    const usual = command.run(["leaks", ...series]);
    const gate = command.run(["leaks", ...series, "--fail-on-leak"]);
    expect([usual.code, gate.code]).toEqual([0, 1]);
    expect(gate.stdout).toBe(usual.stdout);
    expect(command.run(["leaks", ...calm, "--fail-on-leak"]).code).toBe(0);
    const json = command.run(["leaks", ...series, "--fail-on-leak", "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict: "leak" });
  });

  it("accepts what its baseline knows, and nothing else", () => {
    const words = [...series, "--baseline", "known.json"];
    expect(refuse(...words)).toMatch(
      /^there is no baseline known\.json; run the same with --update-baseline/,
    );
    const written = read(...words, "--update-baseline");
    expect(written.baseline).toEqual({ file: "known.json", known: 0, added: 1, unseen: 0 });
    const file = join(command.folder, "known.json");
    const baseline = JSON.parse(fs.readFileSync(file, "utf8")) as { accepted: { signature: string }[] };
    validateBaseline(baseline);
    expect(validateBaseline.errors).toBeNull();

    const result = read(...words, "--fail-on-leak");
    expect(result).toMatchObject({ verdict: "no-leak", suspects: [], accepted: [{ className: "Session" }] });
    expect(result.summary).toBe("No leak: nothing accumulates over 2 rounds besides 1 accepted suspect.");
    expect(command.run(["leaks", ...words]).stdout).toContain(
      "\nAccepted by known.json: 200 Session objects in Map ",
    );

    baseline.accepted[0]!.signature = "something else";
    fs.writeFileSync(file, JSON.stringify(baseline));
    expect(command.run(["leaks", ...words, "--fail-on-leak"]).code).toBe(1);
    fs.writeFileSync(file, "{");
    expect(refuse(...words)).toMatch(
      /^known\.json is no baseline: it is no JSON .*; repair it, or remove it/,
    );
  });
});

const practice = resolve(import.meta.dirname, "../../../../examples/practice-leak/src");

describe.runIf(process.platform === "linux")("from a running process", () => {
  let server: ChildProcess | undefined;
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(join(command.folder, "test-"));
  });
  afterEach(async () => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGKILL");
    await once(server, "exit");
  });

  /** Starts the practice server with its inspector closed. */
  async function start(
    ...flags: string[]
  ): Promise<{ pid: string; load: (requests: number) => string; said: () => string }> {
    const words = ["--inspect-port=127.0.0.1:0", join(practice, "server.js"), ...flags];
    server = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let said = "";
    server.stderr!.on("data", (data) => {
      said += String(data);
    });
    const [{ port }] = (await once(server, "message")) as [{ port: number }];
    return {
      pid: String(server.pid),
      load: (requests) => `'${process.execPath}' '${join(practice, "load.js")}' ${port} ${requests}`,
      said: () => said,
    };
  }

  /** As `read`, without standing still: the exercise needs this process's server. */
  async function run(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const child = spawn(process.execPath, [command.file, "leaks", ...words], { cwd: folder });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += String(data);
    });
    child.stderr.on("data", (data) => {
      stderr += String(data);
    });
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  /** Sessions of the practice server end after 1.5 s, looked at every 0.5 s. */
  const usual = ["--rest", "2200ms", "--out", "kept", "--json"];

  it("finds the leak, who made it, and leaves the process as it was", async () => {
    const { pid, load, said } = await start();
    const { code, stdout, stderr } = await run(pid, "--exercise", load(400), ...usual, "--fail-on-leak");
    expect(code, stderr).toBe(1);
    const result = JSON.parse(stdout) as Leaks;
    validate(result);
    expect(validate.errors).toBeNull();
    expect(result).toMatchObject({ verdict: "leak", rounds: 2, matchedBy: "id" });
    const [suspect] = result.suspects;
    expect(suspect).toMatchObject({ className: "RequestContext", count: { perRound: [300, 300] } });
    expect(suspect!.created).toMatch(/request-context\.js:\d+:\d+$/);
    const functions = suspect!.allocations!.flatMap(({ stack }) => stack.map((each) => each.function));
    expect(functions).toContain("answerBasket");
    expect(result.live).toMatchObject({ route: "sigusr1", target: { pid: Number(pid) }, warnings: [] });

    const kept = join(folder, "kept");
    expect(fs.statSync(kept).mode & 0o777).toBe(0o700);
    const files = ["1", "2", "3"].flatMap((name) => [`${name}.heapsnapshot`, `${name}.heapsnapshot.json`]);
    expect(fs.readdirSync(kept).toSorted()).toEqual([...files, "capture.json"].toSorted());
    for (const name of fs.readdirSync(kept)) expect(fs.statSync(join(kept, name)).mode & 0o777).toBe(0o600);
    expect(said()).toMatch(/Debugger ending on/); // its inspector was closed again
    expect(server!.exitCode).toBeNull();

    // The same files give the same answer again.
    const again = await run("kept/3.heapsnapshot", "kept/1.heapsnapshot", "kept/2.heapsnapshot", "--json");
    const fromFiles = JSON.parse(again.stdout) as Leaks;
    expect(fromFiles.suspects[0]!.signature).toBe(suspect!.signature);
    expect(fromFiles).toMatchObject({ reordered: true, verdict: "leak" });
  }, 60_000);

  it("does not accuse the server without the leak", async () => {
    const { pid, load } = await start("--fixed");
    const { code, stdout, stderr } = await run(pid, "--exercise", load(400), ...usual, "--fail-on-leak");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "no-leak", suspects: [] });
  }, 60_000);

  it("counts requests, whoever sends them, and lets a round last until they have come", async () => {
    const { pid, load } = await start();
    const words = ["--until-requests", "100", "--rounds", "1", "--warmup", "none", "--out", "kept", "--json"];
    const customers = spawn(`while true; do ${load(60)}; done`, {
      shell: true,
      stdio: "ignore",
      detached: true,
    });
    const { code, stdout, stderr } = await run(pid, ...words);
    process.kill(-customers.pid!, "SIGKILL");
    expect(code, stderr).toBe(0);
    const { live, rounds } = JSON.parse(stdout) as Leaks;
    expect(rounds).toBe(1);
    expect(live!.requests).toHaveLength(1);
    expect(live!.requests![0]).toBeGreaterThanOrEqual(100);
  }, 60_000);

  it("ends with an exercise that fails, in a sentence with its last words", async () => {
    const { pid } = await start();
    const { code, stderr, stdout } = await run(
      pid,
      "--exercise",
      "echo no such shop; exit 7",
      "--out",
      "kept",
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.trim().split("\n").at(-1)).toMatch(
      /^heapscope: the exercise “echo no such shop; exit 7” failed while the process was warmed up \(exit code 7; its last words: no such shop\)/,
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  }, 30_000);

  it.each([
    ["while it warms up", ["--warmup", "60s"], 2500, []],
    ["in a round", ["--warmup", "none"], 5000, ["1.heapsnapshot", "1.heapsnapshot.json"]],
  ])(
    "ends on Ctrl-C %s with the process as it was",
    async (_, words, afterMs, files) => {
      const { pid, said } = await start();
      const child = spawn(
        process.execPath,
        [command.file, "leaks", pid, "--interval", "60s", "--out", "kept", ...words],
        { cwd: folder, stdio: "ignore" },
      );
      await sleep(afterMs);
      child.kill("SIGINT");
      expect(await once(child, "close")).toEqual([130, null]);
      expect(
        fs.existsSync(join(folder, "kept")) ? fs.readdirSync(join(folder, "kept")).toSorted() : [],
      ).toEqual(files);
      await expect.poll(said).toMatch(/Debugger ending on/);
      expect(server!.exitCode).toBeNull();
    },
    30_000,
  );

  it("tells what two snapshots show of a process that has ended before the third", async () => {
    const { pid } = await start();
    setTimeout(() => server!.kill("SIGKILL"), 7000);
    const words = [pid, "--interval", "1s", "--rounds", "50", "--warmup", "none", "--out", "kept", "--json"];
    const { code, stdout, stderr } = await run(...words);
    expect(code, stderr).toBe(0);
    const { live, snapshots } = JSON.parse(stdout) as Leaks;
    expect(snapshots.length).toBeGreaterThan(1);
    expect(live!.warnings.join()).toMatch(/^Fewer rounds than asked for: /);
  }, 60_000);
});
