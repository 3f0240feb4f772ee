import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { compareSnapshots, findLeaks, NodeType, openSnapshot } from "@heapscope/engine";
import { arbitraryFileText, chunksOf, drawFile, runParameters } from "@heapscope/testkit";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { RedactionReport } from "../api.ts";
import { duplicateNumber, duplicateNumbers, engineNumbers } from "../end-to-end/engine-numbers.ts";
import { createRedactor, type RedactorOptions } from "./index.ts";
import { textsOf, valuesOf, withoutTexts } from "../end-to-end/redact-with-json.ts";

const KEY = new Uint8Array(16).fill(7);

function redact(
  content: Uint8Array | string,
  options: RedactorOptions,
  chunkSize: number = 65_536,
): { bytes: Buffer; report: RedactionReport } {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const pieces: Uint8Array[] = [];
  const redactor = createRedactor(options, (piece) => pieces.push(piece.slice()));
  for (const chunk of chunksOf(bytes, chunkSize)) redactor.write(chunk);
  const report = redactor.end();
  return { bytes: Buffer.concat(pieces), report };
}

/** Text -> what became of it. */
function fates(content: string, options: RedactorOptions): Map<string, string> {
  const after = textsOf(redact(content, options).bytes);
  return new Map(textsOf(Buffer.from(content)).map((text, i) => [text, after[i]!]));
}

const folder = join(import.meta.dirname, "../../../../fixtures/snapshots");
const fixtures = readdirSync(folder).filter((name) => name.endsWith(".gz"));
const read = (name: string): Buffer => gunzipSync(readFileSync(join(folder, name)));

const shop = `
  global:object:global(96) -cache-> cache:Cache(24) -password-> secret:string:"correct horse"(40)
  cache -owner-> owner:string:"Anna of the shop"(40)
  cache -Session-> named:string:"Session"(40)
  cache -last-> last:Session(40)
  cache -mail-> mail:string:"anna@shop.example"(40)
`;

describe("names stay and values go", () => {
  it("replaces in mode strings every text that is only a value, and no class, property or V8 name", () => {
    const fate = fates(drawFile(shop), { mode: "strings" });
    for (const label of ["Cache", "Session", "password", "owner", "global", "(GC roots)"])
      expect(fate.get(label) ?? label).toBe(label);
    for (const value of ["correct horse", "Anna of the shop", "anna@shop.example"]) {
      expect(fate.get(value)).not.toBe(value);
      expect(fate.get(value)).toHaveLength(value.length);
    }
  });

  it("replaces in mode secrets what looks like a secret and what a property named like one holds", () => {
    const fate = fates(drawFile(shop), { mode: "secrets" });
    expect(fate.get("Anna of the shop")).toBe("Anna of the shop");
    expect(fate.get("correct horse")).not.toBe("correct horse");
    expect(fate.get("anna@shop.example")).not.toBe("anna@shop.example");
  });

  it("follows a secret name through concatenated and sliced strings", () => {
    const heap = `
      global:object:global(96) -token-> rope:cons:"(concatenated string)"(20) =first=> a:string:"first part"(40)
      rope =second=> inner:cons:"(concatenated string)"(20) =first=> b:string:"second part"(40)
      inner =second=> c:sliced:"(sliced string)"(20) =parent=> d:string:"whole text"(40)
      global -note-> e:string:"plain note"(40)
    `;
    const fate = fates(drawFile(heap), { mode: "secrets" });
    for (const text of ["first part", "second part", "whole text"]) expect(fate.get(text)).not.toBe(text);
    expect(fate.get("plain note")).toBe("plain note");
    expect(fate.get("(concatenated string)")).toBe("(concatenated string)");
  });

  it("finds a secret that lies across two parts of a rope", () => {
    const heap = `
      global:object:global(96) -note-> rope:cons:"(concatenated string)"(20) =first=> a:string:"user=u&passw"(40)
      rope =second=> b:string:"ord=hidden12345"(40)
    `;
    const fate = fates(drawFile(heap), { mode: "secrets" });
    expect(fate.get("ord=hidden12345")).not.toContain("hidden12345");
  });

  it("replaces what stands beside a secret name in a table, such as a header's value", () => {
    const heap = `global:object:global(96) -rawHeaders-> list:Array(16) =elements=> table:array:"(object elements)"(40)
      table -[0]-> a:string:"X-Auth-Token"(40)
      table -[1]-> b:string:"plain word"(40)
      table -[2]-> c:string:"Accept"(40)
      table -[3]-> d:string:"anything else"(40)`;
    const fate = fates(drawFile(heap), { mode: "secrets" });
    expect(fate.get("plain word")).not.toBe("plain word");
    expect(fate.get("anything else")).toBe("anything else");
  });

  it("replaces a secret also where it is a name, and leaves quotes and commas there in their places", () => {
    const jwt = `eyJ${"a1B2".repeat(6)}.${"c3D4".repeat(4)}`;
    const label = `{"t": "${jwt}", x}`;
    const content = drawFile(`global:object:global(96) -${JSON.stringify(label)}-> o:Thing(24)`);
    const fate = fates(content, { mode: "secrets" }).get(label)!;
    expect(fate).not.toContain(jwt.slice(0, 12));
    expect(fate.replaceAll(/[A-Za-z]/g, "")).toBe(label.replaceAll(/[A-Za-z\d.]/g, ""));
  });

  it("keeps the urls of scripts in mode strings, without their tokens", () => {
    const heap = `global:object:global(96) -f-> f:closure:run(64) =shared=> info:code:"(shared function info)"(88)
      info =script=> script:code:"system / Script"(120) =name=> url:string:"https://cdn.example/app.js?token=abcdef12345"(40)
      script =source=> source:string:"let customer = 'Anna of the shop'"(40)`;
    const fate = fates(drawFile(heap), { mode: "strings" });
    expect(fate.get("https://cdn.example/app.js?token=abcdef12345")).toMatch(
      /^https:\/\/cdn\.example\/app\.js\?token=[A-Za-z]{11}$/,
    );
    expect(fate.get("let customer = 'Anna of the shop'")).not.toContain("Anna");
  });

  it("replaces strings within the names of WeakMap entries, so that both halves still agree", () => {
    const label = "part of key (Session @11) -> value (kept ) -> by nobody @13) pair in WeakMap (table @15)";
    const heap = `
      global:object:global(96) -key-> key:Session(24)@11 =${JSON.stringify(`1 / ${label}`)}=> value:string:"kept ) -> by nobody"(40)@13
      global -table-> table:array(40)@15 =${JSON.stringify(`2 / ${label}`)}=> value
    `;
    for (const mode of ["strings", "secrets"] as const) {
      const fate = fates(drawFile(heap), { mode });
      const [a, b] = [fate.get(`1 / ${label}`)!, fate.get(`2 / ${label}`)!];
      expect(a).not.toContain("nobody");
      expect(a).toMatch(
        /^1 \/ part of key \(Session @11\) -> value \(.* @13\) pair in WeakMap \(table @15\)$/,
      );
      expect(b.slice(4)).toBe(a.slice(4));
    }
  });

  it("cuts or fills what a function returns, gives it values only, and replaces all when it throws", () => {
    const asked: string[] = [];
    const mode = (text: string): string => {
      asked.push(text);
      if (text.startsWith("Anna")) throw new Error("no");
      return text === "correct horse" ? "?" : `${text}, and more`;
    };
    const content = drawFile(shop);
    const fate = fates(content, { mode });
    expect(asked).not.toContain("Cache");
    expect(fate.get("correct horse")).toBe("?".padEnd(13, "x"));
    expect(fate.get("anna@shop.example")).toBe("anna@shop.example");
    expect(fate.get("Anna of the shop")).not.toContain("Anna");
    expect(redact(content, { mode }).report.byPattern["function-failed"]).toBe(1);
  });

  it("replaces what the user's patterns find, in names, too", () => {
    const content = drawFile(
      `global:object:global(96) -badge B-123456-> o:Thing(24) -note-> n:string:"mine is B-654321"(40)`.replace(
        "badge B-123456",
        '"badge B-123456"',
      ),
    );
    const { bytes, report } = redact(content, {
      mode: "secrets",
      patterns: [{ name: "badge", source: "B-\\d{6}", flags: "" }],
    });
    expect(bytes.toString()).not.toMatch(/B-\d{6}/);
    expect(report.byPattern).toEqual({ badge: 2 });
  });
});

describe("stand-ins", () => {
  it("are the same with the same key, and others with another one", () => {
    const content = drawFile(shop);
    const own = redact(content, { mode: "strings", key: KEY }).bytes;
    expect(redact(content, { mode: "strings", key: KEY }).bytes.equals(own)).toBe(true);
    expect(redact(content, { mode: "strings" }).bytes.equals(own)).toBe(false);
  });

  it("are different for different texts, however short, and match no pattern", () => {
    const texts = Array.from({ length: 3000 }, (_, i) => i.toString(36));
    const heap = texts
      .map((text, i) => `global -[${i}]-> s${i}:string:${JSON.stringify(text)}(24)`)
      .join("\n");
    const { bytes } = redact(drawFile(`global:object:global(96)\n${heap}`), { mode: "strings" });
    const after = textsOf(bytes);
    expect(new Set(after).size).toBe(after.length);
    expect(redact(bytes, { mode: "secrets" }).report.changed).toBe(0);
  });
});

describe("any file", () => {
  it.each(["strings", "secrets"] as const)(
    "keeps all but its texts, in chunks of any size, mode %s",
    (mode) => {
      const property = fc.property(
        arbitraryFileText(),
        fc.constantFrom(1, 2, 3, 7, 64, 4096),
        (text, size) => {
          const bytes = Buffer.from(text);
          let whole: ReturnType<typeof redact>;
          try {
            whole = redact(bytes, { mode, key: KEY });
          } catch (error) {
            // Files whose sections come in another order than V8's are refused, in chunks as in one piece.
            expect((error as Error).message).toMatch(/^The snapshot could not be redacted: /);
            expect(() => redact(bytes, { mode, key: KEY }, size)).toThrow((error as Error).message);
            return;
          }
          expect(withoutTexts(whole.bytes)).toEqual(withoutTexts(bytes));
          expect(redact(bytes, { mode, key: KEY }, size).bytes.equals(whole.bytes)).toBe(true);
        },
      );
      fc.assert(property, runParameters(300));
    },
  );

  it("leaves in mode strings no value as it was, by the plainest reading of the file", () => {
    const property = fc.property(arbitraryFileText(), (text) => {
      const bytes = Buffer.from(text);
      let after: string[];
      try {
        after = textsOf(redact(bytes, { mode: "strings" }).bytes);
      } catch {
        return;
      }
      const before = textsOf(bytes);
      for (const value of valuesOf(bytes)) {
        // A code object may name it, which makes it a label.
        if (before[value] === "" || before[value] === "<dummy>") continue;
        if (after[value] === before[value]) expect(isNamedByCode(bytes, value)).toBe(true);
      }
    });
    fc.assert(property, runParameters(300));
  });

  it("replaces what it cannot know when it may not hold anything back", () => {
    const content = drawFile(shop);
    const full = redact(content, { mode: "secrets", key: KEY }).bytes;
    const tight = redact(content, { mode: "secrets", key: KEY, heldBack: 0 }, 16);
    expect(withoutTexts(tight.bytes)).toEqual(withoutTexts(full));
    expect(tight.bytes.toString()).not.toContain("correct horse");
    expect(tight.bytes.toString()).not.toContain("anna@shop.example");
  });
});

/** Whether a number or a code object refers to a node of this name. */
function isNamedByCode(bytes: Uint8Array, text: number): boolean {
  const file = JSON.parse(Buffer.from(bytes).toString()) as {
    snapshot: { meta: { node_fields: string[]; node_types: string[][]; edge_fields: string[] } };
    nodes: number[];
    edges: number[];
  };
  const { node_fields: fields, node_types: types, edge_fields: edgeFields } = file.snapshot.meta;
  let edge = 0;
  for (let at = 0; at < file.nodes.length; at += fields.length) {
    const type = types[fields.indexOf("type")]![file.nodes[at + fields.indexOf("type")]!]!;
    for (let left = file.nodes[at + fields.indexOf("edge_count")]!; left > 0; left--, edge++) {
      const target = file.edges[edge * edgeFields.length + edgeFields.indexOf("to_node")]!;
      if (file.nodes[target + fields.indexOf("name")] === text && (type === "code" || type === "number"))
        return true;
    }
  }
  return false;
}

describe("what is no snapshot as V8 writes it is refused, and no text of it passes", () => {
  const content = drawFile(shop);
  test.each([
    ["nothing", ""],
    ["another JSON", '{"a":"correct horse"}'],
    ["a list", '["correct horse"]'],
    ["text in front", `correct horse ${content}`],
    [
      "text in an unknown section",
      content.replace('"locations":[', '"notes":["correct horse"],"locations":['),
    ],
    [
      "an object in an unknown section",
      content.replace('"locations":[', '"notes":{"a":"correct horse"},"locations":['),
    ],
    ["strings in front of nodes", `{"strings":["correct horse"],${content.slice(1)}`],
    ["fields without names", content.replaceAll("name_or_index", "other_field")],
    ["an edge too many", content.replace(/"edges":\[/, '"edges":[0,0,0,')],
    ["the strings twice", content.replace(/\}\s*$/, ',"strings":["correct horse"]}')],
    ["a string that is a number", content.replace('"strings":[', '"strings":[1,')],
    ["a control character in a string", content.replace("correct horse", "correct\nhorse")],
    ["a wrong escape", content.replace("correct horse", "correct\\qhorse")],
  ])("%s", (_, damaged) => {
    const pieces: Uint8Array[] = [];
    const redactor = createRedactor({ mode: "strings" }, (piece) => pieces.push(piece));
    expect(() => {
      redactor.write(Buffer.from(damaged));
      redactor.end();
    }).toThrow(/^The snapshot could not be redacted: [a-z ]+\.$/);
    expect(Buffer.concat(pieces).toString()).not.toContain("correct");
    expect(() => redactor.write(Buffer.from("x"))).toThrow(/could not be redacted/);
  });

  it("a file that ends anywhere", () => {
    for (let end = 0; end < content.length - 2; end += 7) {
      const redactor = createRedactor({ mode: "strings" }, () => {});
      redactor.write(Buffer.from(content.slice(0, end)));
      expect(() => redactor.end()).toThrow(/it ends in the middle of its \w+\.$/);
    }
  });
});

describe.each(fixtures)("the engine gives the same numbers of %s", (name) => {
  it.each(["strings", "secrets"] as const)("in mode %s", async (mode) => {
    const original = read(name);
    const redacted = redact(original, { mode }).bytes;
    const [a, b] = [await openSnapshot(original), await openSnapshot(redacted)];
    expect(engineNumbers(b)).toEqual(engineNumbers(a));
    // Equal texts that are cut into parts in different ways are not equal any more when the parts are replaced.
    const after = new Set(duplicateNumbers(b));
    expect(duplicateNumbers(b)).toHaveLength(after.size);
    const lost = a.duplicateStrings.filter((group) => !after.has(duplicateNumber(group)));
    expect(lost.length).toBeLessThanOrEqual(mode === "strings" ? 2 : 0);
    for (const { nodes } of lost)
      expect(nodes.some((node) => a.graph.nodeType[node] === NodeType.consString)).toBe(true);
    expect(after.size).toBe(a.duplicateStrings.length - lost.length);
  });
});

describe.each(["20", "24", "26"])("two captures of Node %s", (version) => {
  it.each(["strings", "secrets"] as const)("compare as the originals do, in mode %s", async (mode) => {
    const names = [1, 2].map((number) => `node-${version}-pair-${number}.heapsnapshot.gz`);
    const originals = await Promise.all(names.map((name) => openSnapshot(read(name))));
    const redacted = await Promise.all(names.map((name) => openSnapshot(redact(read(name), { mode }).bytes)));
    const rows = ([base, target]: typeof originals): unknown => {
      const { ids: _, ...comparison } = compareSnapshots(base!, target!) as unknown as Record<
        string,
        unknown
      >;
      return JSON.parse(JSON.stringify(comparison)) as unknown;
    };
    expect(rows(redacted)).toEqual(rows(originals));
    const verdict = async (snapshots: typeof originals): Promise<unknown> => {
      const { verdict: word, suspects } = await findLeaks(snapshots);
      return [word, suspects.map(({ confidence }) => confidence)];
    };
    expect(await verdict(redacted)).toEqual(await verdict(originals));
  });
});
