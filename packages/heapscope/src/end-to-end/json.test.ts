// What programs read: every result against its schema, and the numbers that the schemas cannot check.

import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureRecordOf, drawFile } from "@heapscope/testkit";
import { schemaNames } from "../commands/schema.ts";
import { schemas } from "../schemas/schemas.ts";
import { buildServerCommand, fixture, recording, type BuiltCommand } from "./built-command.ts";

let command: BuiltCommand;

beforeAll(() => {
  command = buildServerCommand();
});
afterAll(() => command.remove());

// oxlint-disable-next-line typescript/no-explicit-any -- results of all shapes, looked into freely
type Json = any;

const validators = new Map<string, ValidateFunction>();

/** Checks against the schema that the built command prints, as a program would get it. */
function validate(name: string, value: unknown): void {
  let validator = validators.get(name);
  if (validator === undefined) {
    const { stdout } = command.run(["schema", name]);
    validator = new Ajv2020({ allErrors: true }).compile(JSON.parse(stdout) as object);
    validators.set(name, validator);
  }
  validator(value);
  expect(validator.errors).toBeNull();
}

function read(...words: string[]): Json {
  const { code, stdout, stderr } = command.run([...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("}\n")).toBe(true);
  return JSON.parse(stdout) as Json;
}

describe("every result fits its schema", () => {
  const real = fixture("node-24-pair-2");
  it.each([
    ["summary", ["summary", "server.heapsnapshot"]],
    ["summary", ["summary", real]],
    ["summary", ["summary", recording]],
    ["summary", ["summary", fixture("chromium-page"), "--filter", "HTML"]],
    ["diff", ["diff", "server.heapsnapshot", "later.heapsnapshot", "--filter", "s"]],
    ["diff", ["diff", fixture("node-24-pair-1"), real]],
    ["diff", ["diff", fixture("node-20-default"), real]],
    ["object", ["object", "server.heapsnapshot", "@1", "@11", "@41"]],
    ["object", ["object", real, "@1", "@3"]],
    ["object", ["object", "recorded.heaptimeline", "@21", "@31"]],
    ["retainers", ["retainers", "server.heapsnapshot", "@23", "--depth", "5"]],
    ["path", ["path", "server.heapsnapshot", "@31", "--all"]],
    ["dominators", ["dominators", "server.heapsnapshot"]],
    ["dominators", ["dominators", real, "--depth", "6"]],
    ["strings", ["strings", real, "--duplicates"]],
    ["schemas", ["schema"]],
  ])("%s: %j", (name, words) => {
    validate(name, read(...words));
  });

  it("also the error", () => {
    const { code, stdout } = command.run(["summary", "missing.heapsnapshot", "--json"]);
    expect(code).toBe(2);
    validate("error", JSON.parse(stdout));
  });
});

describe("schemas", () => {
  it("are all listed, each under the name that its results carry", () => {
    expect([...schemaNames].sort()).toEqual(Object.keys(schemas).sort());
    const list = read("schema");
    for (const { name, id } of list.schemas) {
      const schema = JSON.parse(command.run(["schema", name]).stdout) as Json;
      expect(schema.$id).toBe(id);
      expect(schema.properties.schema.const).toBe(id);
    }
  });

  it("refuse a result with a promised field missing or of another type", () => {
    const good = read("summary", "server.heapsnapshot");
    const validator = new Ajv2020().compile(JSON.parse(command.run(["schema", "summary"]).stdout) as object);
    expect(validator(good)).toBe(true);
    expect(validator({ ...good, statistics: undefined })).toBe(false);
    expect(validator({ ...good, groups: [{ ...good.groups[0], count: "2" }] })).toBe(false);
  });
});

describe("a capture record", () => {
  const text = drawFile("global -a-> a:A(8)");

  it("that lies beside a snapshot is told with it", () => {
    const { snapshot } = read("summary", fixture("node-24-pair-1"));
    expect(snapshot).toMatchObject({
      nodeVersion: "v24.21.0",
      captureOptions: { collectGarbage: true, numericValues: false, exposeInternals: false },
      capture: {
        capturedAt: "2026-11-23T03:07:18.412Z",
        durationMs: 310,
        route: "inspector",
        target: { pid: 4242, command: "node orders.cjs", thread: { id: 0, name: "main" } },
      },
    });
    expect(snapshot).not.toHaveProperty("captureProblem");
    for (const field of ["nodeVersion", "captureOptions", "capture", "captureProblem"])
      expect(read("summary", "server.heapsnapshot").snapshot).not.toHaveProperty(field);
  });

  it("has a schema, which what is beside the fixtures fits", () => {
    validate("capture-record", JSON.parse(readFileSync(`${fixture("node-24-pair-1")}.json`, "utf8")));
    validate("capture-record", captureRecordOf(text));
    const validator = new Ajv2020().compile(
      JSON.parse(command.run(["schema", "capture-record"]).stdout) as object,
    );
    expect(validator({ ...captureRecordOf(text), ids: {} })).toBe(false);
  });

  it("gives a version of Node only for Node, and a problem where it is of another file", () => {
    command.write("deno.heapsnapshot", text);
    const target = { runtime: "deno", version: "2.9.6", thread: { id: 0, name: "" } };
    command.write("deno.heapsnapshot.json", JSON.stringify(captureRecordOf(text, { target, pauseMs: 12 })));
    const { snapshot } = read("summary", "deno.heapsnapshot");
    expect(snapshot.capture).toMatchObject({ target, pauseMs: 12 });
    expect(snapshot).not.toHaveProperty("nodeVersion");
    command.write("deno.heapsnapshot", `${text}\n`);
    const result = read("summary", "deno.heapsnapshot");
    validate("summary", result);
    expect(result.snapshot.captureProblem).toMatch(/^The capture record is of another file: /);
    expect(result.snapshot).not.toHaveProperty("capture");
  });

  it("tells a comparison whether ids mean the same", () => {
    const pair = read("diff", fixture("node-24-pair-1"), fixture("node-24-pair-2"));
    expect(pair).toMatchObject({ matchedBy: "id", idCheck: { comparable: true, recorded: "same" } });
    expect(pair.base.nodeVersion).toBe("v24.21.0");
    for (const space of ["a", "b"]) {
      command.write(`${space}.heapsnapshot`, text);
      command.write(
        `${space}.heapsnapshot.json`,
        JSON.stringify(captureRecordOf(text, { ids: { space, note: "Taken by signal." } })),
      );
    }
    const others = read("diff", "a.heapsnapshot", "b.heapsnapshot");
    validate("diff", others);
    expect(others).toMatchObject({
      matchedBy: "group",
      idCheck: { comparable: false, recorded: "different", note: "Taken by signal." },
    });
  });
});

describe("numbers", () => {
  it("are exact bytes, and all groups come unless --limit says otherwise", () => {
    const all = read("summary", fixture("node-24-default"));
    expect(all.groups.length).toBe(all.groupCount);
    expect(all.groups.length).toBeGreaterThan(100);
    const sum = all.groups.reduce((total: number, group: Json) => total + group.shallowSize, 0);
    expect(sum).toBe(all.shallowSize);
    expect(sum + all.snapshot.extraNativeBytes).toBe(all.snapshot.totalSize);
    expect(all.statistics.total).toBe(all.snapshot.totalSize);
    expect(read("summary", fixture("node-24-default"), "--limit", "3").groups).toEqual(
      all.groups.slice(0, 3),
    );
  });

  it("of a group with many objects do not bring all of these along, unless they are asked for", () => {
    const orders = read("summary", fixture("node-24-default"), "--filter", "/^Order$/");
    expect(orders).toMatchObject({ groupCount: 1, objectCount: 500 });
    expect(orders.objects).toHaveLength(20);
    const all = read("summary", fixture("node-24-default"), "--filter", "/^Order$/", "--limit", "0").objects;
    expect(all).toHaveLength(500);
    expect(all.slice(0, 20)).toEqual(orders.objects);
  });

  it("of a comparison add up", () => {
    const diff = read("diff", "server.heapsnapshot", "later.heapsnapshot");
    expect(diff).toMatchObject({
      matchedBy: "id",
      added: 2,
      removed: 1,
      addedSize: 88,
      removedSize: 32,
      sizeDelta: 56,
    });
    expect(diff.groups).toEqual([
      expect.objectContaining({ className: "Session", added: 1, addedSize: 48, addedRetainedSize: 88 }),
      expect.objectContaining({ className: "(string)", added: 1, removed: 1, countDelta: 0, sizeDelta: 8 }),
    ]);
  });

  it("of the children in the dominator tree add up to the retained size of their object", () => {
    const { object, objects } = read("dominators", "server.heapsnapshot", "@11");
    const own = read("object", "server.heapsnapshot", "@11").objects[0].shallowSize;
    const below = objects.reduce((total: number, child: Json) => total + child.retainedSize, 0);
    expect(own + below).toBe(object.retainedSize);
  });
});

describe("allocations", () => {
  it("of a recording come by function, all of them unless --limit says otherwise", () => {
    const { allocatingCount, allocations } = read("summary", recording);
    expect(allocatingCount).toBe(5);
    expect(allocations).toHaveLength(5);
    expect(allocations[0]).toEqual({
      function: "hot",
      source: "/srv/heapscope-demo/scripts/app-alloc.js:1:103",
      count: 34_201,
      size: 2_660_424,
      liveCount: 0,
      liveSize: 0,
    });
    expect(allocations[2]).toEqual({
      function: "(V8 API)",
      count: 199,
      size: 11_144,
      liveCount: 0,
      liveSize: 0,
    });
    const cut = read("summary", recording, "--limit", "2");
    expect(cut.allocatingCount).toBe(5);
    expect(cut.allocations).toEqual(allocations.slice(0, 2));
  });

  it("of an object come as a stack, the innermost function first", () => {
    const [session, user] = read("object", "recorded.heaptimeline", "@21", "@31").objects;
    expect(session.allocationStack).toEqual([
      { function: "", source: "/srv/app/server.js:10:4" },
      { function: "serve\u001b[2J", source: "/srv/app/server.js:20:1" },
      { function: "(root)" },
    ]);
    expect(user).not.toHaveProperty("allocationStack");
  });

  it("are not in the result where the file has none", () => {
    expect(read("summary", "server.heapsnapshot")).not.toHaveProperty("allocations");
  });

  it("must fit the schema where they are", () => {
    const good = read("summary", "recorded.heaptimeline");
    const bad = { ...good, allocations: [{ ...good.allocations[0], liveCount: "2" }] };
    const validator = new Ajv2020().compile(JSON.parse(command.run(["schema", "summary"]).stdout) as object);
    expect(validator(good)).toBe(true);
    expect(validator(bad)).toBe(false);
  });
});

describe("what could be endless", () => {
  it("is cut in a tree of retainers, and every cut is counted", () => {
    // Two ways through each of 16 layers: 65,536 ways to the last.
    const layers = Array.from({ length: 16 }, (_, layer) =>
      ["a", "b"].flatMap((from) => ["a", "b"].map((to) => `${from}${layer} -${to}-> ${to}${layer + 1}`)),
    );
    command.write(
      "layers.heapsnapshot",
      drawFile(`global -a-> a0\nglobal -b-> b0\n${layers.flat().join("\n")}\na16 -end-> end:End@9001`),
    );
    const result = read("retainers", "layers.heapsnapshot", "@9001", "--depth", "50");
    validate("retainers", result);
    const count = (line: Json): number =>
      (line.retainers ?? []).reduce((sum: number, each: Json) => sum + 1 + count(each), 0);
    expect(count(result.retainers[0])).toBe(10_000);
    const rest = (line: Json): Json => (line.retainers === undefined ? line : rest(line.retainers.at(-1)));
    expect(rest(result.retainers[0]).omitted).toBe(2);
  });

  it("is said to go on when the search for paths has stopped", () => {
    const holders = Array.from(
      { length: 150 },
      (_, index) => `global -[${index}]-> h${index}:Holder -to-> held`,
    );
    command.write("held.heapsnapshot", drawFile(`global -held-> held:Held@9001\n${holders.join("\n")}`));
    const all = read("path", "held.heapsnapshot", "@9001", "--all", "--limit", "0");
    expect(all.paths.length).toBeLessThan(151);
    expect(all.more).toBe(true);
    expect(command.run(["path", "held.heapsnapshot", "@9001", "--all", "--limit", "0"]).stdout).toContain(
      "\n… there may be more paths; the search did not try all ways\n",
    );
    expect(read("path", "held.heapsnapshot", "@9001").more).toBe(true);
    expect(read("path", "server.heapsnapshot", "@31", "--all").more).toBe(false);
    expect(read("path", "server.heapsnapshot", "@11").more).toBe(false);
  });
});

describe("objects", () => {
  it("are named by ids that the next command takes", () => {
    const [session] = read("summary", "server.heapsnapshot", "--filter", "Session").objects;
    const [object] = read("object", "server.heapsnapshot", `@${session.id}`).objects;
    expect(object).toMatchObject({
      id: 21,
      name: "Session",
      className: "Session",
      type: "object",
      distance: 5,
      dominator: 15,
      detachedness: "unknown",
      location: "/srv/app/server.js:10:4",
    });
    expect(object.edges).toEqual([
      expect.objectContaining({ type: "property", name: "next", label: ".next", id: 23, node: "Session" }),
      expect.objectContaining({
        type: "property",
        name: "user",
        label: ".user",
        id: 31,
        node: "anna@shop.example",
      }),
    ]);
    const { paths } = read("path", "server.heapsnapshot", String(session.id));
    expect(paths[0].map((step: Json) => [step.edge, step.id])).toEqual([
      ["(root)", 5],
      [".cache", 11],
      [".sessions", 13],
      ["(table)", 15],
      ["(internal 1)", 21],
    ]);
  });

  it("keep their names as they are, while the text of the JSON is safe to show", () => {
    const { stdout } = command.run(["object", "server.heapsnapshot", "@47", "--json"]);
    expect(stdout.trimEnd()).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect((JSON.parse(stdout) as Json).objects[0].name).toBe("\u001b[31mEvil\n\u202e");
  });
});
