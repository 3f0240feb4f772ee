// Passes over folders: what is sent when and how often, what stays, and what is removed.

import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ExporterOptions } from "../api.ts";
import {
  DEAD_PID,
  HOST,
  makeFile,
  makeFolder,
  PLENTY,
  QUICK,
  serve,
  type Said,
  type Seen,
  type TestServer,
} from "../end-to-end/export-store.ts";
import { deliver } from "./deliver.ts";

let folder: string;
let said: Said[];
let server: TestServer;
let answer: (
  seen: Seen,
  number: number,
) => { status: number; headers?: Record<string, string>; text?: string };

beforeEach(async () => {
  folder = makeFolder();
  said = [];
  answer = () => ({ status: 200 });
  server = await serve((seen, response) => {
    const { status, headers, text } = answer(seen, server.seen.length);
    response.writeHead(status, headers).end(text);
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await server.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

function target(more: object = {}): ExporterOptions {
  return { type: "http", url: `${server.url}/up/{name}?sig=QUERYSECRET`, ...more } as ExporterOptions;
}
async function pass({ exporters = [target()], retention = PLENTY, pace = QUICK } = {}) {
  return deliver(folder, { exporters, retention }, (event) => said.push(event), pace);
}
function names(): string[] {
  return said.map(({ name }) => name.replace("heapscope.", ""));
}
function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
function stateOf(file: string): { exporters: Record<string, Record<string, unknown>> } {
  return JSON.parse(fs.readFileSync(path.join(folder, `.${path.basename(file)}.exports.json`), "utf8"));
}

describe("sending", () => {
  test("sends a finished file and its record, once", async () => {
    const file = makeFile(folder);
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(await pass()).toEqual({ pendingExports: 0 });
    const urls = server.seen.map(({ method, url }) => `${method} ${url}`);
    const name = path.basename(file);
    expect(urls).toEqual([`PUT /up/${name}.json?sig=QUERYSECRET`, `PUT /up/${name}?sig=QUERYSECRET`]);
    expect(server.seen[1]!.body.equals(fs.readFileSync(file))).toBe(true);
    expect(server.seen[1]!.headers["content-length"]).toBe("1000");
    expect(names()).toEqual(["export.finished"]);
    expect(fs.statSync(path.join(folder, `.${name}.exports.json`)).mode & 0o777).toBe(0o600);
  });

  test("sends only the file to a url that is for one object", async () => {
    makeFile(folder);
    await pass({ exporters: [target({ url: `${server.url}/one?X-Amz-Signature=abc` })] });
    expect(server.seen.map(({ url }) => url)).toEqual(["/one?X-Amz-Signature=abc"]);
  });

  test("leaves alone what is not a capture, links, half files, and files of other live processes", async () => {
    fs.writeFileSync(path.join(folder, "notes.txt"), "x");
    fs.writeFileSync(path.join(folder, "Heap.20260101.120000.1.0.001.heapsnapshot"), "x");
    fs.symlinkSync(
      "/etc/passwd",
      path.join(folder, `heap-snapshot-${HOST}-1-0-20260102T030405Z-abcdefgh.heapsnapshot`),
    );
    fs.writeFileSync(
      path.join(
        folder,
        `.heap-snapshot-${HOST}-${process.pid}-0-20260102T030405Z-abcdefgi.heapsnapshot.partial`,
      ),
      "x",
    );
    makeFile(folder, { pid: process.ppid });
    makeFile(folder, { host: "another-host" });
    const before = fs.readdirSync(folder);
    await pass();
    expect(server.seen).toEqual([]);
    expect(fs.readdirSync(folder)).toEqual(before);
  });

  test("takes over files of dead processes, and of other hosts when nothing happens there", async () => {
    makeFile(folder, { pid: DEAD_PID });
    makeFile(folder, { host: "another-host", ageMs: 3_600_000 });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(names()).toEqual(["export.finished", "export.finished"]);
  });

  test("sends to each of several exporters, and again only to the one that failed", async () => {
    makeFile(folder, { record: false });
    answer = ({ url }, number) => ({ status: url.includes("/b") && number < 3 ? 500 : 200 });
    const exporters = [
      target({ url: `${server.url}/a/{name}` }),
      target({ url: `${server.url}/b/{name}` }),
      { type: "stdout" } as const,
    ];
    const { pendingExports, retryAt } = await pass({ exporters });
    expect(pendingExports).toBe(1);
    await sleep(retryAt! - Date.now() + 5);
    expect(await pass({ exporters })).toEqual({ pendingExports: 0 });
    expect(server.seen.map(({ url }) => url.slice(0, 2))).toEqual(["/a", "/b", "/b"]);
  });

  test("an exporter that is added later gets the files that are there", async () => {
    makeFile(folder, { record: false });
    await pass();
    await pass({ exporters: [target(), target({ url: `${server.url}/second` })] });
    expect(server.seen.map(({ url }) => url.slice(0, 4))).toEqual(["/up/", "/sec"]);
  });

  test("says a target by type and host only, in events and on the disk", async () => {
    answer = ({ url }, number) => ({
      status: number === 1 ? 503 : 403,
      text: `${url} Authorization: HEADERSECRET`,
    });
    const file = makeFile(folder, { record: false });
    const exporters = [
      target({
        url: `${server.url}/PATHSECRET/{name}?sig=QUERYSECRET`,
        headers: { authorization: "HEADERSECRET" },
      }),
    ];
    await pass({ exporters });
    await sleep(40);
    await pass({ exporters });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["HEADERSECRET", "HEADERSECRET"]);
    expect(said.map(({ attributes }) => attributes["error.type"])).toEqual(["http-503", "http-403"]);
    expect(JSON.stringify([said, stateOf(file)])).not.toContain("SECRET");
    expect(Object.keys(stateOf(file).exporters)).toEqual([`http ${new URL(server.url).host}`]);
  });
});

describe("trying again", () => {
  test("after 5 s, 10 s, … 15 min, a fifth more or less", async () => {
    answer = () => ({ status: 500 });
    makeFile(folder, { record: false });
    vi.useFakeTimers({ toFake: ["Date"] });
    const waits: number[] = [];
    for (let count = 0; count < 11; count++) {
      const { retryAt } = await pass({ pace: { ...QUICK, firstMs: 5000, mostMs: 900_000 } });
      waits.push(retryAt! - Date.now());
      vi.setSystemTime(retryAt!);
    }
    const ideal = [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900].map((seconds) => seconds * 1000);
    for (const [at, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(ideal[at]! * 0.8 - 1);
      expect(wait).toBeLessThanOrEqual(ideal[at]! * 1.2 + 1);
    }
    expect(server.seen.length).toBe(11);
  });

  test("does nothing before its time", async () => {
    answer = () => ({ status: 500 });
    makeFile(folder, { record: false });
    const first = await pass({ pace: { ...QUICK, firstMs: 60_000, mostMs: 60_000 } });
    expect(await pass()).toEqual(first);
    expect(server.seen.length).toBe(1);
  });

  test("gives up after a number of tries, and says so", async () => {
    answer = () => ({ status: 500 });
    makeFile(folder, { record: false });
    await pass({ pace: { ...QUICK, mostTries: 1 } });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(server.seen.length).toBe(1);
    expect(said).toMatchObject([
      { name: "heapscope.export.failed", severity: "error", attributes: { "heapscope.export.final": true } },
    ]);
  });

  test("a clock that is set forward by a year neither gives up nor removes anything", async () => {
    answer = (_, number) => ({ status: number === 1 ? 500 : 200 });
    const files = [makeFile(folder, { record: false }), makeFile(folder, { record: false, ageMs: 1000 })];
    await pass();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 365 * 86_400_000 });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(names()).toEqual(["export.failed", "export.finished", "export.finished"]);
    expect(files.every((file) => fs.existsSync(file))).toBe(true);
  });

  test("a clock that is set back by a year does not make a file wait for a year", async () => {
    answer = (_, number) => ({ status: number === 1 ? 500 : 200 });
    makeFile(folder, { record: false });
    await pass();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 365 * 86_400_000 });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(names()).toEqual(["export.failed", "export.finished"]);
  });

  test.each([301, 302, 308])("a redirect (%i) is not followed", async (status) => {
    answer = () => ({ status, headers: { location: `${server.url}/elsewhere` } });
    makeFile(folder, { record: false });
    expect((await pass()).pendingExports).toBe(1);
    expect(server.seen.map(({ url }) => url.slice(0, 4))).toEqual(["/up/"]);
    expect(said[0]!.message).toContain(`http-${status}; next try in`);
  });

  test.each([307, 401, 403, 404, 409, 413, 429, 500, 503])("status %i is tried again", async (status) => {
    answer = (_, number) => ({ status: number === 1 ? status : 201 });
    makeFile(folder, { record: false });
    const { retryAt } = await pass();
    await sleep(retryAt! - Date.now() + 5);
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(names()).toEqual(["export.failed", "export.finished"]);
  });

  test("a target that is down is asked once in a pass, whatever waits for it", async () => {
    answer = () => ({ status: 503 });
    const files = Array.from({ length: 5 }, () => makeFile(folder, { record: false }));
    expect((await pass()).pendingExports).toBe(5);
    expect(server.seen.length).toBe(1);
    expect(names()).toEqual(["export.failed"]);
    // All are marked, so that nobody takes them for done.
    for (const file of files) expect(Object.values(stateOf(file).exporters)[0]!["end"]).toBeUndefined();
  });

  test("a file that makes the server fail does not hold up the others", async () => {
    const poison = makeFile(folder, { record: false, ageMs: 5000 });
    makeFile(folder, { record: false });
    answer = ({ url }) => ({ status: url.includes(path.basename(poison)) ? 500 : 200 });
    const slow = { ...QUICK, firstMs: 60_000, mostMs: 60_000 };
    expect((await pass({ pace: slow })).pendingExports).toBe(2);
    expect((await pass({ pace: slow })).pendingExports).toBe(1);
  });

  test("nor when its own time has come again: what was tried less comes first", async () => {
    const poison = makeFile(folder, { record: false, ageMs: 5000 });
    answer = ({ url }) => ({ status: url.includes(path.basename(poison)) ? 500 : 200 });
    await pass();
    makeFile(folder, { record: false });
    await sleep(40);
    expect((await pass()).pendingExports).toBe(1);
    expect(names()).toEqual(["export.failed", "export.finished", "export.failed"]);
  });
});

describe("retention", () => {
  const kept = (): string[] =>
    fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".gz"))
      .map((name) => name.slice(-24, -16))
      .sort();
  const make = (id: string, ageMs: number, bytes = 1000): string =>
    makeFile(folder, { id: id.repeat(8), ageMs, bytes, record: false });

  test("keeps the newest files within number, age and bytes, with their records", async () => {
    const old = makeFile(folder, { id: "oooooooo", ageMs: 5000 });
    make("b", 4000);
    make("c", 3000);
    await pass({ exporters: [], retention: { ...PLENTY, count: 2 } });
    expect(kept()).toEqual(["bbbbbbbb", "cccccccc"]);
    expect(fs.existsSync(`${old}.json`)).toBe(false);
    await pass({ exporters: [], retention: { ...PLENTY, bytes: 1500 } });
    expect(kept()).toEqual(["cccccccc"]);
    await pass({ exporters: [], retention: { ...PLENTY, ageMs: 2000 } });
    expect(kept()).toEqual([]);
    expect(said.map(({ attributes }) => attributes["heapscope.discard.reason"])).toEqual([
      "count",
      "bytes",
      "age",
    ]);
    expect(new Set(names())).toEqual(new Set(["capture.discarded"]));
  });

  test("number and age do not touch what is still to be sent", async () => {
    answer = () => ({ status: 500 });
    for (const [at, id] of ["a", "b", "c"].entries()) make(id, 10_000 * (3 - at));
    await pass({ retention: { count: 1, ageMs: 1000, bytes: 1e9 } });
    expect(kept()).toEqual(["aaaaaaaa", "bbbbbbbb", "cccccccc"]);
  });

  test("bytes take what is sent first, then what is not, oldest first, never the newest before it is sent", async () => {
    answer = ({ url }) => ({ status: url.includes("bbbbbbbb") ? 200 : 500 });
    make("b", 20_000);
    await pass();
    make("a", 30_000);
    make("c", 10_000);
    make("d", 5000);
    await pass({ retention: { ...PLENTY, bytes: 3500 } });
    expect(kept()).toEqual(["aaaaaaaa", "cccccccc", "dddddddd"]);
    await pass({ retention: { ...PLENTY, bytes: 2500 } });
    expect(kept()).toEqual(["cccccccc", "dddddddd"]);
    await pass({ retention: { ...PLENTY, bytes: 10 } });
    expect(kept()).toEqual(["dddddddd"]);
    const discarded = said.filter(({ name }) => name === "heapscope.capture.discarded");
    expect(
      discarded.map(({ severity, attributes }) => [severity, attributes["heapscope.export.sent"]]),
    ).toEqual([
      ["info", true],
      ["warn", false],
      ["warn", false],
    ]);
    expect(discarded[1]!.message).toContain("before it was sent");
  });

  test("what can be sent is sent before bytes are counted", async () => {
    for (const [at, id] of ["a", "b", "c"].entries()) make(id, 10_000 * (3 - at));
    await pass({ retention: { ...PLENTY, bytes: 1000 } });
    expect(server.seen.length).toBe(3);
    expect(kept()).toEqual(["cccccccc"]);
  });

  test("a file larger than the whole retention is sent, then removed, and said", async () => {
    makeFile(folder, { bytes: 5000 });
    await pass({ retention: { ...PLENTY, bytes: 1000 } });
    expect(server.seen.at(-1)!.body.length).toBe(5000);
    expect(names()).toEqual(["export.finished", "capture.discarded"]);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("without exporters the newest capture stays, however large and of however many threads it is", async () => {
    for (const thread of [0, 1, 2]) makeFile(folder, { id: "newestid", bytes: 5000, thread, record: false });
    make("o", 60_000);
    await pass({ exporters: [], retention: { ...PLENTY, count: 2, bytes: 1000 } });
    expect(kept()).toEqual(["newestid", "newestid", "newestid"]);
  });
});

describe("leftovers", () => {
  const put = (name: string, ageMs = 0): void => {
    fs.writeFileSync(path.join(folder, name), "x");
    const time = new Date(Date.now() - ageMs);
    fs.utimesSync(path.join(folder, name), time, time);
  };
  const DAY = 86_400_000;
  const nameOf = (host: string, pid: number): string =>
    `heap-snapshot-${host}-${pid}-0-20260102T030405Z-abcdefgh.heapsnapshot.gz`;

  test.each([
    { what: "of a dead process", name: `.${nameOf(HOST, DEAD_PID)}.partial`, ageMs: 0, isRemoved: true },
    { what: "of its record", name: `.${nameOf(HOST, DEAD_PID)}.json.partial`, ageMs: 0, isRemoved: true },
    { what: "of this process", name: `.${nameOf(HOST, process.pid)}.partial`, ageMs: 0, isRemoved: false },
    {
      what: "of an earlier life with the same pid",
      name: `.${nameOf(HOST, process.pid)}.partial`,
      ageMs: 3_600_000,
      isRemoved: true,
    },
    {
      what: "of another live process",
      name: `.${nameOf(HOST, process.ppid)}.partial`,
      ageMs: 3_600_000,
      isRemoved: false,
    },
    {
      what: "of a live process, but of the day before yesterday",
      name: `.${nameOf(HOST, process.ppid)}.partial`,
      ageMs: 2 * DAY,
      isRemoved: true,
    },
    {
      what: "of another host",
      name: `.${nameOf("other", DEAD_PID)}.partial`,
      ageMs: 600_000,
      isRemoved: false,
    },
    {
      what: "of another host where nothing happens",
      name: `.${nameOf("other", DEAD_PID)}.partial`,
      ageMs: 3_600_000,
      isRemoved: true,
    },
    { what: "of something else", name: ".notes.partial", ageMs: 2 * DAY, isRemoved: false },
  ])("a half file $what", async ({ name, ageMs, isRemoved }) => {
    put(name, ageMs);
    await pass();
    expect(fs.readdirSync(folder)).toEqual(isRemoved ? [] : [name]);
  });

  test("states and records without their files are removed after an hour", async () => {
    const file = nameOf(HOST, DEAD_PID);
    const fresh = nameOf(HOST, process.pid);
    for (const suffix of ["exports.json", "exports.json.partial"]) put(`.${file}.${suffix}`, 7_200_000);
    put(`${file}.json`, 7_200_000);
    put(`${fresh}.json`);
    put(`${file}.report.html`, 7_200_000);
    await pass();
    expect(fs.readdirSync(folder).sort()).toEqual([`${fresh}.json`, `${file}.report.html`].sort());
  });
});

describe("two processes in one folder", () => {
  const lockFile = (): string => path.join(folder, ".heapscope-exports.lock");
  const lock = (content: string, ageMs = 0): void => {
    fs.writeFileSync(lockFile(), content);
    const time = new Date(Date.now() - ageMs);
    fs.utimesSync(lockFile(), time, time);
  };

  test("while another one is sending, this one waits, and looks again", async () => {
    makeFile(folder);
    lock(`${HOST} ${process.ppid}`);
    const { pendingExports, retryAt } = await pass();
    expect(pendingExports).toBe(1);
    expect(Math.abs(retryAt! - Date.now() - 60_000)).toBeLessThan(5000);
    expect(server.seen).toEqual([]);
    expect(fs.existsSync(lockFile())).toBe(true);
  });

  test.each([
    ["of a dead process", `${HOST} ${DEAD_PID}`, 0],
    ["of an earlier life with the same pid", `${HOST} ${process.pid}`, 3_600_000],
    ["of another host that is old", `other ${DEAD_PID}`, 3_600_000],
    ["of a number that another process has by now", `${HOST} ${process.ppid}`, 2 * 86_400_000],
  ])("a lock %s does not count", async (_, content, ageMs) => {
    makeFile(folder);
    lock(content, ageMs);
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(fs.existsSync(lockFile())).toBe(false);
  });

  test.each([
    ["of another host", `other ${DEAD_PID}`],
    ["that is empty", ""],
  ])("a lock %s that is fresh does", async (_, content) => {
    makeFile(folder);
    lock(content);
    expect((await pass()).pendingExports).toBe(1);
    expect(server.seen).toEqual([]);
  });

  test("of many that find the same stale lock, one takes it", async () => {
    for (let count = 0; count < 4; count++) makeFile(folder, { record: false });
    lock(`${HOST} ${DEAD_PID}`);
    await Promise.all(Array.from({ length: 8 }, () => pass()));
    expect(server.seen.length).toBe(4);
  });

  test("passes at the same time send each file once", async () => {
    for (let count = 0; count < 5; count++) makeFile(folder, { record: false });
    await Promise.all([pass(), pass(), pass()]);
    expect(new Set(server.seen.map(({ url }) => url)).size).toBe(5);
    expect(server.seen.length).toBe(5);
  });
});

describe("the disk", () => {
  test("a folder that is not there is empty", async () => {
    fs.rmSync(folder, { recursive: true });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(said).toEqual([]);
  });

  test("a folder that vanishes in the middle ends the pass with a word", async () => {
    makeFile(folder, { record: false });
    makeFile(folder, { record: false });
    answer = () => {
      fs.rmSync(folder, { recursive: true, force: true });
      return { status: 500 };
    };
    await pass();
    expect(server.seen.length).toBe(1);
    expect(names()).toEqual(["export.failed"]);
    expect(fs.existsSync(folder)).toBe(false);
  });

  test("a file that vanishes while it waits is no longer waited for", async () => {
    const file = makeFile(folder, { record: false });
    answer = () => ({ status: 500 });
    await pass();
    fs.rmSync(file);
    expect(await pass()).toEqual({ pendingExports: 0 });
  });

  test("a file that vanishes after its record is on the way is nobody's any more", async () => {
    const file = makeFile(folder);
    answer = () => {
      fs.rmSync(file);
      return { status: 200 };
    };
    await pass();
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(said.map(({ attributes }) => attributes["error.type"])).toEqual(["ENOENT"]);
  });

  test("a link that takes the place of a file is not followed", async () => {
    const file = makeFile(folder);
    const secret = path.join(folder, "secret");
    fs.writeFileSync(secret, "x".repeat(1000));
    answer = () => {
      fs.rmSync(file);
      fs.symlinkSync(secret, file);
      return { status: 200 };
    };
    await pass();
    expect(server.seen.map(({ url }) => url.includes(".json?"))).toEqual([true]);
    expect(said.map(({ attributes }) => attributes["error.type"])).toEqual(["ELOOP"]);
  });

  test("a damaged state counts as none", async () => {
    const file = makeFile(folder, { record: false });
    fs.writeFileSync(path.join(folder, `.${path.basename(file)}.exports.json`), '{"exporters":{"http x":nul');
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(server.seen.length).toBe(1);
  });

  test("on a full disk a file is sent, and then removed, as it could not be marked", async () => {
    const file = makeFile(folder, { record: false });
    vi.spyOn(fs, "writeFileSync").mockImplementation(() => {
      throw Object.assign(new Error("full"), { code: "ENOSPC" });
    });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(await pass()).toEqual({ pendingExports: 0 });
    expect(server.seen.length).toBe(1);
    expect(names()).toEqual(["export.finished", "capture.discarded"]);
    expect(fs.existsSync(file)).toBe(false);
  });
});
