import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AgentOptions } from "../api.ts";
import { parseRequest, readSettings } from "./settings.ts";

const token = "7f3c9a1e5b8d2460c4e1f7a93b5d8e024c6a1f9e3d7b5082";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "settings-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

const read = (options: object = {}, environment: Record<string, string> = {}) =>
  readSettings(options as AgentOptions, environment, folder);

describe("settings", () => {
  it("are safe without options: a private folder, nothing that listens or watches, all compressed", () => {
    const settings = read();
    expect(settings).toMatchObject({
      directory: expect.stringContaining(path.join(os.tmpdir(), `heapscope-agent-${process.getuid?.()}`)),
      retention: { count: 10, age: 7 * 86_400_000, bytes: 5e9 },
      gzip: true,
      redact: false,
      limits: { cooldown: 60_000, perDay: 24 },
      exporters: [],
      control: true,
    });
    expect([settings.http, settings.memory, settings.schedule, settings.signal]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("come from the environment, with names of the options", () => {
    const settings = read(
      {},
      {
        HEAPSCOPE_DIRECTORY: "/data",
        HEAPSCOPE_REDACT: "secrets",
        HEAPSCOPE_SIGNAL: "SIGUSR1",
        HEAPSCOPE_GZIP: "off",
        HEAPSCOPE_HTTP_TOKEN: token,
        HEAPSCOPE_HTTP_LISTEN: "9300",
        HEAPSCOPE_MEMORY_HEAP: "0.7",
        HEAPSCOPE_MEMORY_GROWTH_BY: "200 MB",
        HEAPSCOPE_MEMORY_GROWTH_WITHIN: "1h",
        HEAPSCOPE_RETENTION_BYTES: "1.5GB",
        HEAPSCOPE_LIMITS_QUIET_HOURS: "22:00-05:30",
        HEAPSCOPE_LIMITS_PER_DAY: "3",
        HEAPSCOPE_EXPORTERS: '[{"type":"s3","bucket":"b","partSize":"8MiB"}]',
        HEAPSCOPE_REDACT_PATTERNS: '{"order":"ORD-[0-9]+"}',
      },
    );
    expect(settings).toMatchObject({
      directory: "/data",
      redact: "secrets",
      signal: "SIGUSR1",
      gzip: false,
      http: { token, listen: "9300" },
      memory: {
        heap: 0.7,
        container: 0.9,
        growth: { by: 200e6, within: 3_600_000 },
        every: 250,
        times: 2,
      },
      retention: { bytes: 1.5e9, count: 10 },
      limits: { quietHours: { from: 1320, to: 330 }, perDay: 3 },
      exporters: [{ type: "s3", bucket: "b", partSize: 8 * 2 ** 20 }],
      redactPatterns: [{ name: "order", source: "ORD-[0-9]+", flags: "" }],
    });
  });

  it("of code outdo the environment, and the environment the file; what they do not name stays", () => {
    fs.writeFileSync(
      path.join(folder, "heapscope.config.json"),
      '{"retention":{"count":3,"age":"1d"},"gzip":false,"threads":"main"}',
    );
    const settings = read(
      { retention: { count: 5 } },
      { HEAPSCOPE_RETENTION_COUNT: "4", HEAPSCOPE_GZIP: "true" },
    );
    expect(settings).toMatchObject({
      retention: { count: 5, age: 86_400_000 },
      gzip: true,
      threads: "main",
    });
  });

  it("make the headers of exporters secrets that are redacted", () => {
    const exporters = [{ type: "http", url: "https://x.example", headers: { "x-key": "a+b" } }];
    const { redactPatterns } = read({ exporters });
    expect(redactPatterns).toEqual([{ name: "own", source: "a\\+b", flags: "" }]);
    expect("a+b").toMatch(new RegExp(redactPatterns[0]!.source));
  });

  it("may switch a group on with its defaults, or off", () => {
    expect(read({ memory: true }).memory).toMatchObject({ heap: 0.7 });
    expect(read({}, { HEAPSCOPE_MEMORY: "on" }).memory).toMatchObject({ heap: 0.7 });
    expect(read({ memory: false }, { HEAPSCOPE_MEMORY_HEAP: "0.5" }).memory).toBeUndefined();
    expect(read({ signal: false }).signal).toBe(false);
  });

  it.each<[object, string]>([
    [{ redact: "stings" }, "redact must be"],
    [{ redact: true }, "redact must be strings or secrets or false or off"],
    [{ memory: { haep: 1 } }, "there is no option memory.haep"],
    [{ memory: { heap: 85 } }, "memory.heap must be a number from 0 to 1"],
    [{ memory: { growth: { by: "1 MB" } } }, 'memory.growth.within must be like "10m"'],
    [{ retention: { age: "a week" } }, 'retention.age must be like "10m"'],
    [{ retention: { bytes: "-1" } }, 'retention.bytes must be like "512 MB"'],
    [{ limits: { quietHours: "25:00-1:00" } }, 'limits.quietHours must be like "02:00-05:30"'],
    [{ signal: "SIGNOTHING" }, "signal must be one that there is"],
    [{ exporters: [{ type: "ftp" }] }, "exporters must be s3 or http or stdout"],
    [{ exporters: [{ type: "s3" }] }, "exporters bucket must be text"],
    [{ exporters: [{ type: "http", url: "file:///etc/passwd" }] }, "url must be an http or https url"],
    [{ exporters: { type: "s3" } }, "exporters must be a list"],
    [{ http: { token, path: "../x" } }, "http.path must be like"],
    [{ http: { token: "secret" } }, "http.token"],
    [{ http: { listen: 9300 } }, "http.token"],
    [{ exporters: [{ type: "http", url: "http://[" }] }, "exporters url"],
    [{ constructor: 1 }, "there is no option constructor"],
    [{ schedule: { duration: "1h" } }, "schedule.duration must be a number from 0 to 600000"],
  ])("say what is wrong: %j", (options, message) => {
    expect(() => read(options)).toThrow(message);
  });

  it("say which file cannot be read, or is no JSON", () => {
    expect(() => read({}, { HEAPSCOPE_CONFIG: "/nowhere/x.json" })).toThrow("/nowhere/x.json cannot be read");
    fs.writeFileSync(path.join(folder, "heapscope.config.json"), "{");
    expect(() => read()).toThrow("heapscope.config.json is not JSON");
  });

  it("of the environment that are wrong are named as well", () => {
    expect(() => read({}, { HEAPSCOPE_REDACT: "yes please" })).toThrow("redact must be strings or secrets");
    expect(() => read({}, { HEAPSCOPE_EXPORTERS: "[secret" })).toThrow(/^exporters must be JSON$/);
  });
});

describe("a request", () => {
  it("keeps what it may say, with a label that cannot break a log", () => {
    expect(parseRequest({ recorder: "cpu-profile", duration: "5s", label: "a\nb\u2028c" })).toEqual({
      recorder: "cpu-profile",
      duration: 5000,
      label: "a b c",
    });
    expect(parseRequest({ label: "x".repeat(1000) }).label).toHaveLength(200);
  });

  it.each([
    [null],
    [[]],
    [{ recorder: "core-dump" }],
    [{ directory: "/etc" }],
    [{ force: "maybe" }],
    [{ __proto__: null, evil: 1 }],
  ])("is refused otherwise: %j", (request) => {
    expect(() => parseRequest(request)).toThrow(/must be|there is no option/);
  });
});
