// `heapscope report` as a program: one HTML file with a page, and answers that are the desk's own.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawFile } from "@heapscope/testkit";
import {
  answerKey,
  listKey,
  type Archive,
  type DuplicatesAnswer,
  type LeaksAnswer,
  type Overview,
  type RecordedList,
} from "@heapscope/viewer/protocol";
import { exactNameFilter } from "@heapscope/wording";
import { buildServerCommand, fixture, type BuiltCommand } from "./built-command.ts";
import { drawShop } from "./draw-shop.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- answers of all shapes
type Json = any;

let command: BuiltCommand;

beforeAll(() => {
  command = buildServerCommand();
  const hostile = String.raw`global -a-> a:"</script><script>alert(1)</script><!--\u2028\u202e"(16) -b-> b:string:"<img src=x onerror=alert(1)>"(32)`;
  command.write("hostile.heapsnapshot", drawFile(hostile));
});
afterAll(() => command.remove());

function report(
  name: string,
  ...words: string[]
): { readonly html: string; readonly archive: Archive; readonly result: Json } {
  const { code, stdout, stderr } = command.run(["report", ...words, "-o", name, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const html = readFileSync(join(command.folder, name), "utf8");
  const packed = /<script type="text\/plain" id="archive">([\w+/=]*)<\/script>/.exec(html)![1]!;
  const archive = JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString()) as Archive;
  return { html, archive, result: JSON.parse(stdout) };
}

describe("report", () => {
  it("holds the views' first rows, what leaks, and the objects that matter", () => {
    const { archive, result } = report("a.html", fixture("node-24-pair-1"), fixture("node-24-pair-2"));
    const validate = new Ajv2020({ allErrors: true }).compile(
      JSON.parse(command.run(["schema", "report"]).stdout) as object,
    );
    validate(result);
    expect(validate.errors).toBeNull();
    expect(archive.files.map(({ state }) => state)).toEqual(["ready", "ready"]);
    const summary = JSON.parse(command.run(["summary", fixture("node-24-pair-2"), "--json"]).stdout) as Json;
    const groups = archive.lists[listKey({ table: "summary", params: { file: 1 }, of: "" })] as Json;
    expect(groups.rows.length).toBe(groups.total);
    // Equal sizes may stand in another order.
    const figures = (lines: Json): unknown[] =>
      lines
        .map(({ className, count, shallowSize, retainedSize }: Json) => [
          className,
          count,
          shallowSize,
          retainedSize,
        ])
        .sort();
    expect(figures(groups.rows)).toEqual(figures(summary.groups));
    const largest = groups.rows[0];
    expect(
      (archive.lists[listKey({ table: "summary", params: { file: 1 }, of: largest.children })] as Json).rows
        .length,
    ).toBeGreaterThan(0);
    for (const table of ["dominators", "containment"] as const)
      expect(
        (archive.lists[listKey({ table, params: { file: 1 }, of: "" })] as Json).rows.length,
        table,
      ).toBeGreaterThan(3);
    expect(archive.lists).toHaveProperty([
      listKey({ table: "comparison", params: { base: 0, target: 1 }, of: "" }),
    ]);
    expect(archive.lists).toHaveProperty([
      listKey({ table: "strings", params: { file: 1, list: "duplicates" }, of: "" }),
    ]);
    expect(archive.answers[answerKey("leaks", { files: [0, 1] })]).toHaveProperty("verdict");
    const overview = archive.answers[answerKey("overview", { file: 1 })] as Json;
    expect(overview.statistics).toEqual(summary.statistics);
    for (const { id } of overview.dominators.slice(0, 3)) {
      expect(archive.answers).toHaveProperty([answerKey("object", { file: 1, id })]);
      expect(archive.lists).toHaveProperty([
        listKey({ table: "retainers", params: { file: 1, id }, of: "" }),
      ]);
    }
  });

  it("holds everything that its first view links to", () => {
    const series = [1, 2, 3].map((turn) => `${turn}.heapsnapshot`);
    for (const [index, name] of series.entries()) {
      const sessions = Array.from(
        { length: 100 * (index + 1) },
        (_, i) => `table -${i}-> s${i}:Session(64)@${1001 + 4 * i} -data-> d${i}:Data(200)@${1003 + 4 * i}`,
      );
      command.write(name, drawShop(sessions, index + 1));
    }
    const { archive } = report("series.html", ...series);
    const leaks = archive.answers[answerKey("leaks", { files: [0, 1, 2] })] as LeaksAnswer;
    expect(leaks.verdict).toBe("leak");
    const linked = leaks.suspects.flatMap(({ holderId, subjectId, sampleIds, path, alsoHeldBy }) =>
      [holderId, subjectId, ...sampleIds, ...[...path, ...alsoHeldBy].map(({ id }) => id)].map((id) => [
        2,
        id,
      ]),
    );
    for (const file of [0, 1, 2]) {
      const { groups, dominators } = archive.answers[answerKey("overview", { file })] as Overview;
      const { strings } = archive.answers[answerKey("duplicates", { file })] as DuplicatesAnswer;
      linked.push(...[...dominators, ...strings].map(({ id }) => [file, id]));
      for (const { className } of groups) {
        const params = { file, text: exactNameFilter(className) };
        const list = archive.lists[listKey({ table: "summary", params, of: "" })] as RecordedList;
        expect(list.rows.map((row) => "className" in row && row.className)).toEqual([className]);
      }
    }
    expect(linked.length).toBeGreaterThan(10);
    for (const [file, id] of linked) {
      const ask = { file: file!, id: id! };
      expect(archive.answers).toHaveProperty([answerKey("object", ask)]);
      for (const table of ["retainers", "containment"] as const)
        expect(archive.lists).toHaveProperty([listKey({ table, params: ask, of: "" })]);
    }
  });

  it("is one file that loads nothing, runs its own script only, and that only its owner can read", () => {
    const { html, result } = report("b.html", "server.heapsnapshot");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!;
    const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    const script = html.slice(html.lastIndexOf("<script>") + 8, html.lastIndexOf("</script>"));
    const style = html.slice(html.indexOf("<style>") + 7, html.indexOf("</style>"));
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    const outside =
      html.slice(0, html.indexOf("<style>")) +
      html.slice(html.indexOf("</head>"), html.indexOf('id="archive"'));
    expect(outside).not.toMatch(/src=|href="(?!data:,")/);
    const path = join(command.folder, "b.html");
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(result.output).toEqual({
      file: "b.html",
      bytes: statSync(path).size,
      sha256: createHash("sha256").update(readFileSync(path)).digest("hex"),
    });
  });

  it("keeps texts of the heap from being anything but texts", () => {
    const { html, archive } = report("c.html", "hostile.heapsnapshot");
    expect(JSON.stringify(archive)).toContain("<script>alert(1)</script>");
    expect(html).not.toContain("alert(1)</script>");
    expect(html).not.toContain("<img");
    expect(html).not.toMatch(/[\u2028\u2029\u202e]/);
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it("stays below the size that was allowed, and counts what is left out", () => {
    const { html, result } = report("d.html", fixture("node-24-pair-1"), "--max-size", "450kB");
    expect(html.length).toBeLessThan(450_000);
    expect(result.leftOut).toBeGreaterThan(0);
    expect(command.run(["report", "server.heapsnapshot", "-o", "e.html", "--max-size", "10kB"]).stderr).toBe(
      "heapscope: --max-size: the page alone is larger; allow for at least 1MB.\n",
    );
  });

  it("replaces a file only when it is told to, and leaves nothing behind when it fails", () => {
    const path = join(command.folder, "f.html");
    writeFileSync(path, "mine");
    expect(command.run(["report", "server.heapsnapshot", "-o", "f.html"]).stderr).toBe(
      `heapscope: ${path} exists already; choose another name, or say --overwrite.\n`,
    );
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect(command.run(["report", "missing.heapsnapshot", "-o", "g.html"])).toMatchObject({
      code: 2,
      stderr: "heapscope: missing.heapsnapshot does not exist; check the path.\n",
    });
    expect(existsSync(join(command.folder, "g.html"))).toBe(false);
    expect(readdirSync(command.folder).filter((name) => name.includes("partial"))).toEqual([]);
    const { stdout } = command.run(["report", "server.heapsnapshot", "-o", "f.html", "--overwrite"]);
    expect(stdout).toMatch(/^Wrote f\.html \(.*\); open it in any browser\.\n/);
    expect(command.run(["report", "server.heapsnapshot"]).stderr).toBe(
      "heapscope: say where to write with -o FILE.\n",
    );
  });
});
