// `heapscope check` as pipelines run it: exit codes, what people and programs read, and the reports for services.

import fs from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../schemas/check.ts";
import { buildCommand, type BuiltCommand } from "./built-command.ts";
import { drawShop } from "./draw-shop.ts";

let command: BuiltCommand;
let validate: ValidateFunction;
beforeAll(() => {
  command = buildCommand();
  validate = new Ajv2020({ allErrors: true }).compile(
    JSON.parse(command.run(["schema", "check"]).stdout) as object,
  );
  for (const index of [1, 2, 3]) {
    command.write(`${index}.heapsnapshot`, shop(100 * index));
    command.write(`calm-${index}.heapsnapshot`, shop(100, index));
    command.write(`evil-${index}.heapsnapshot`, shop(100 * index, 0, "SARIF_BUILDER_INVALID ]]>]]>"));
  }
});
afterAll(() => command.remove());

/** A shop whose map holds so many sessions of 2,000 bytes, each with a user of 100. `turn`: a request that goes again. */
function shop(sessions: number, turn = 0, className = "Session"): string {
  const entries = Array.from(
    { length: sessions },
    (_, i) =>
      `table =[${i}]=> s${i}:object:${JSON.stringify(className)}(2000)@${2001 + 4 * i}<12:9:3>\ns${i} -user-> u${i}:User(100)@${2003 + 4 * i}`,
  );
  return drawShop(entries, turn);
}

const leaking = ["1.heapsnapshot", "2.heapsnapshot", "3.heapsnapshot"];
const calm = leaking.map((name) => `calm-${name}`);
const last = "3.heapsnapshot";

/** The result for programs, whatever the exit code. */
function read(...words: string[]): { code: number | null; result: Check } {
  const { code, stdout, stderr } = command.run(["check", ...words, "--json"]);
  expect(stderr).toBe("");
  const result = JSON.parse(stdout) as Check;
  validate(result);
  expect(validate.errors).toBeNull();
  return { code, result };
}

/** The sentence with which it refuses. */
function refuse(...words: string[]): string {
  const { code, stdout, stderr } = command.run(["check", ...words]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr.trim().replace("heapscope: ", "");
}

function report(name: string): string {
  return fs.readFileSync(join(command.folder, name), "utf8");
}

describe("a gate", () => {
  it("lets snapshots pass that keep all rules", () => {
    const { code, stdout } = command.run([
      "check",
      ...calm,
      "--no-leaks",
      "--max-growth",
      "1MB",
      "--budget",
      "Session<=100",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Passed: 3 rules\.\n\n {2}ok {6}no-leaks {2}No leak: .*\n {2}ok {6}max-growth 1\.0 MB {2}The heap .*\n {2}ok {6}budget Session<=100 {2}100 Session objects, at most 100 allowed\.\n$/,
    );
  });

  it("exits with 1 and all reasons", () => {
    const { code, stdout } = command.run([
      "check",
      ...leaking,
      "--no-leaks",
      "--max-growth",
      "100kB",
      "--budget",
      "Session<=1000",
      "--budget",
      "User<300",
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain("Failed: 3 of 4 rules.\n");
    expect(stdout).toContain("\n  failed  no-leaks  1 place where objects accumulate.\n");
    expect(stdout).toMatch(
      /\n {2}failed {2}max-growth 100 kB {2}The heap grew by 420 kB to .*: 320 kB more than the limit of 100 kB\.\n/,
    );
    expect(stdout).toContain(
      "\n  ok      budget Session<=1000  300 Session objects, at most 1,000 allowed.\n",
    );
    expect(stdout).toContain("\n  failed  budget User<300  300 User objects, but fewer than 300 allowed.\n");
    expect(stdout).toMatch(/\nLeak: 200 Session objects in Map `sessions`, .*\n {2}held by/);
  });

  it("gives programs what was promised", () => {
    const { code, result } = read(...leaking, "--no-leaks", "--budget", "retained(Session)<=1kB");
    expect(code).toBe(1);
    expect(result).toMatchObject({
      schema: "heapscope/check@1",
      passed: false,
      violations: [
        { rule: "no-leaks", group: "Session", location: "/srv/app/server.js:10:4", suspect: 1 },
        { rule: "budget", group: "Session", name: "budget retained(Session)<=1kB" },
      ],
      rules: [
        { rule: "no-leaks", passed: false, actual: 1 },
        { rule: "budget", passed: false, actual: 630_000, limit: 1000, unit: "bytes" },
      ],
      leaks: { verdict: "leak", suspects: [{ className: "Session" }] },
    });
    expect(read(...calm, "--no-leaks")).toMatchObject({ code: 0, result: { passed: true, violations: [] } });
  });

  it.each([
    ["Session<=300", 300],
    ["shallow(Session)<=600000", 600_000],
    ["retained(Session)<=630000", 630_000],
    ["retained(/^(Session|User)$/)<=630000", 630_000],
    ["growth(Session)<=200", 200],
    ["/^(Session|User)$/<=600", 600],
  ])("measures %s to the last byte", (budget, actual) => {
    const passed = read(...leaking, "--budget", budget);
    expect(passed).toMatchObject({ code: 0, result: { rules: [{ actual }] } });
    const below = budget.replace("<=", "<");
    expect(read(...leaking, "--budget", below)).toMatchObject({
      code: 1,
      result: { violations: [{ rule: "budget" }] },
    });
  });

  it("checks one snapshot against budgets, the whole heap among them", () => {
    const { snapshots } = read(last, "--budget", "total<=1GB").result;
    expect(read(last, "--budget", `total<=${snapshots[0]!.totalSize}`).code).toBe(0);
    expect(read(last, "--budget", `total<${snapshots[0]!.totalSize}`).code).toBe(1);
  });

  it("says when a budget is about a class that is not there", () => {
    const { code, stdout } = command.run(["check", last, "--budget", "Sesion<=10"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Note: there is no object of 'Sesion' in the snapshot");
  });

  it("lets accepted leaks pass, and no other", () => {
    command.run(["leaks", ...leaking, "--baseline", "known.json", "--update-baseline"]);
    expect(read(...leaking, "--no-leaks", "--baseline", "known.json")).toMatchObject({
      code: 0,
      result: { passed: true, leaks: { accepted: [{ className: "Session" }] } },
    });
    const others = leaking.map((name) => `evil-${name}`);
    expect(read(...others, "--no-leaks", "--baseline", "known.json").code).toBe(1);
  });

  it("does not fail on what two snapshots cannot decide, and says so", () => {
    const { code, result } = read(...leaking.slice(1), "--no-leaks");
    expect({ code, verdict: result.leaks!.verdict }).toEqual({ code: 0, verdict: "growth" });
    expect(result.rules[0]!.message).toMatch(/^Undecided: .* take a third\.$/);
  });
});

describe("what cannot be checked", () => {
  it("is refused in one sentence with the remedy", () => {
    expect(refuse(last)).toBe(
      "nothing is to be checked; give --no-leaks, --max-growth 1MB, or --budget 'Session<=1000'.",
    );
    expect(refuse(last, "--no-leaks")).toMatch(
      /^--no-leaks compares, and there is one snapshot only; give two or more/,
    );
    expect(refuse(last, "--max-growth", "1MB")).toMatch(/^--max-growth compares/);
    expect(refuse(last, "--budget", "growth(A)<=1")).toMatch(/^growth\(A\)<=1 compares/);
    expect(refuse(last, "--max-growth", "much")).toMatch(/^--max-growth: 'much' is no size/);
    expect(refuse(last, "--budget", "A<=1MB")).toMatch(
      /^--budget: 'A<=1MB' limits a number of objects by a size/,
    );
    expect(refuse(last, "--budget", "A<=1", "--baseline", "x.json")).toMatch(/^--baseline is about leaks/);
    expect(refuse(...leaking, "--no-leaks", "--baseline", "x.json")).toMatch(/^there is no baseline x\.json/);
    expect(refuse("missing.heapsnapshot", "--budget", "A<=1")).toMatch(
      /^missing\.heapsnapshot does not exist/,
    );
  });

  it("is refused for reports, too", () => {
    const one = [last, "--budget", "A<=1"];
    expect(refuse(...one, "--report", "html=x")).toMatch(
      /^--report: 'html' is no kind of report; there are junit=FILE/,
    );
    expect(refuse(...one, "--report", "junit")).toMatch(/^--report: 'junit' names no file/);
    expect(refuse(...one, "--report", "github=x")).toMatch(
      /^--report: annotations for GitHub go to standard output/,
    );
    expect(refuse(...one, "--report", "junit=x", "--report", "sarif=./x")).toMatch(/^two reports go to/);
    expect(refuse(...one, "--report", "junit=no/such/folder/x.xml")).toMatch(
      /^the report .* cannot be written \(ENOENT\)/,
    );
    const both = command.run(["check", ...one, "--report", "github", "--json"]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("both print to standard output") });
    expect(fs.readdirSync(command.folder).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

// oxlint-disable-next-line typescript/no-explicit-any -- reports in the formats of others
type Json = any;

describe("reports", () => {
  const rules = ["--no-leaks", "--max-growth", "1GB", "--budget", "Session<=1"];

  it("for services that read JUnit have a test case for each rule", () => {
    const { code } = command.run(["check", ...leaking, ...rules, "--report", "junit=out.xml"]);
    expect(code).toBe(1);
    const xml = report("out.xml");
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="3" failures="2"/);
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    expect(xml).toContain('name="budget Session&lt;=1"');
    expect(xml).toMatch(
      /<failure message="1 place where [^"]*" type="no-leaks"><!\[CDATA\[Leak: 200 Session objects/,
    );
    expect(xml).toContain("at /srv/app/server.js:10:4");
  });

  it("for code scanning are SARIF with place, rule and fingerprint", () => {
    command.run(["check", ...leaking, ...rules, "--report", "sarif=out.sarif"]);
    const { result } = read(...leaking, ...rules);
    const log = JSON.parse(report("out.sarif")) as Json;
    expect(log).toMatchObject({ version: "2.1.0", $schema: "https://json.schemastore.org/sarif-2.1.0.json" });
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({
      name: "heapscope",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    const ids = run.tool.driver.rules.map(({ id }: Json) => id);
    expect(ids).toEqual(["no-leaks", "max-growth", "budget"]);
    for (const each of run.results) {
      expect(ids[each.ruleIndex]).toBe(each.ruleId);
      expect(each.level).toBe("error");
      expect(each.message.text).not.toBe("");
      expect(each.locations[0].physicalLocation.artifactLocation.uri).not.toBe("");
    }
    expect(run.results[0]).toMatchObject({
      ruleId: "no-leaks",
      fingerprints: { "heapscope/v1": result.violations[0]!.signature },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: expect.stringMatching(/^file:.*\/srv\/app\/server\.js$/) },
            region: { startLine: 10, startColumn: 4 },
          },
        },
      ],
    });
    expect(run.results[1]).toMatchObject({
      ruleId: "budget",
      fingerprints: { "heapscope/v1": "budget Session<=1" },
      locations: [{ physicalLocation: { artifactLocation: { uri: "3.heapsnapshot" } } }],
    });
  });

  it("are there for checks that pass, with no result in them", () => {
    const { code } = command.run([
      "check",
      ...calm,
      "--no-leaks",
      "--report",
      "sarif=ok.sarif",
      "--report",
      "junit=ok.xml",
    ]);
    expect(code).toBe(0);
    expect((JSON.parse(report("ok.sarif")) as Json).runs[0].results).toEqual([]);
    expect(report("ok.xml")).toContain('tests="1" failures="0"');
  });

  it("for GitHub are lines among the output", () => {
    const { code, stdout } = command.run(["check", ...leaking, ...rules, "--report", "github"]);
    expect(code).toBe(1);
    expect(stdout.split("\n").filter((line) => line.startsWith("::"))).toEqual([
      expect.stringMatching(
        /^::error file=\/srv\/app\/server\.js,line=10,col=4,title=heapscope no-leaks::Leak: 200 Session objects/,
      ),
      "::error title=heapscope budget Session<=1::300 Session objects, but at most 1 allowed.",
    ]);
  });

  it("are sound whatever the names in the snapshot", () => {
    const evil = leaking.map((name) => `evil-${name}`);
    const words = ["--no-leaks", "--report", "sarif=evil.sarif", "--report", "junit=evil.xml"];
    expect(command.run(["check", ...evil, ...words]).code).toBe(1);
    expect(report("evil.sarif")).toContain("SARIF_BUILDER_INVALID");
    expect(report("evil.xml").match(/\]\]>/g)).toHaveLength(1); // the end of the one CDATA section
  });
});
