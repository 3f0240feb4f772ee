import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";

const fixture = new URL("../../../../fixtures/snapshots/chromium-page.heapsnapshot.gz", import.meta.url);
const engine = new URL("../../dist/index.js", import.meta.url).href;
const nodeEngine = new URL("../../dist/node/index.js", import.meta.url).href;

let folder: string;
let file: string;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-threads-"));
  file = path.join(folder, "page.heapsnapshot");
  fs.writeFileSync(file, gunzipSync(fs.readFileSync(fixture)));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** What the built engine says, and what its calling thread had to do for it. Threads are started by the built one only. */
function computeWith(threads: number): { said: unknown; stages: string[] } {
  const program = `
    import { prepareLeakOutline, findLeaks } from ${JSON.stringify(engine)};
    import { openFile, openReduced } from ${JSON.stringify(nodeEngine)};
    const [file, threads] = process.argv.slice(1);
    const stages = new Set();
    const options = { threads: Number(threads), onProgress: ({ stage }) => stages.add(stage) };
    const open = () => openFile(file, options);
    const snapshot = await open();
    await snapshot.prepare(["groups"], options);
    const outline = await openReduced(file, prepareLeakOutline, { ...options, keepsThread: true });
    const { role, tree, labels } = outline.held;
    const report = await findLeaks([outline, await open()], options);
    console.log(JSON.stringify({
      said: {
        groups: snapshot.groups.map(({ key, retainedSize }) => [key, retainedSize]),
        held: [role, tree.holder, tree.order, labels.labelOf].map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString("base64")),
        labels: labels.texts,
        verdict: report.verdict,
      },
      stages: [...stages],
    }));`;
  const output = execFileSync(
    process.execPath,
    ["--input-type=module", "-e", program, file, String(threads)],
    { encoding: "utf8", maxBuffer: 1 << 28, timeout: 60_000 },
  );
  return JSON.parse(output) as ReturnType<typeof computeWith>;
}

it("has other threads do the long work, says the same, and ends", () => {
  const alone = computeWith(1);
  const together = computeWith(3);
  expect(together.said).toEqual(alone.said);
  const long = ["walking essential edges", "laying out the dominator tree", "naming references"];
  expect(alone.stages).toEqual(expect.arrayContaining(long));
  expect(together.stages.filter((stage) => long.includes(stage))).toEqual([]);
});
