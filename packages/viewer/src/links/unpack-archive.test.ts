/** What a report holds comes out as it went in, and what cannot is told in a sentence. */
import { gzipSync } from "node:zlib";
import { afterEach, expect, it, vi } from "vitest";
import { unpackArchive } from "./unpack-archive.ts";

const archive = { archive: "heapscope/archive@1", files: [], answers: { a: "é\u2028</script>" }, lists: {} };
const packed = gzipSync(JSON.stringify(archive)).toString("base64");

afterEach(() => vi.unstubAllGlobals());

it("gives back what was packed", async () => {
  expect(await unpackArchive(packed)).toEqual(archive);
});

it("says that a report is not whole", async () => {
  for (const broken of ["", "%", packed.slice(0, 80), gzipSync("{").toString("base64")])
    await expect(unpackArchive(broken)).rejects.toThrow("This report is not whole");
});

it("says that a browser is too old", async () => {
  vi.stubGlobal("DecompressionStream", undefined);
  await expect(unpackArchive(packed)).rejects.toThrow("This browser is too old for this report");
});
