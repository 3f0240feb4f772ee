/** Where fixtures and their goldens are, and which fixtures are compared with each other. */
// @ts-check
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const fixtures = fileURLToPath(new URL("../../fixtures/", import.meta.url));
export const snapshotFolder = join(fixtures, "snapshots");
export const goldenFolder = join(fixtures, "goldens");

/**
 * Base and target, by fixture name. The first three were captured one after the other in one process; the others have
 * nothing in common but the kinds of objects, and differ in capture options (so in interfaces) and in V8 version.
 * @type {readonly (readonly [string, string])[]}
 */
export const fixturePairs = [
  ["node-20-pair-1", "node-20-pair-2"],
  ["node-24-pair-1", "node-24-pair-2"],
  ["node-26-pair-1", "node-26-pair-2"],
  ["node-24-default", "node-24-numeric"],
  ["node-26-default", "node-22-default"],
];

/**
 * Fixture names with their files, sorted by name.
 * @returns {Promise<{ name: string, file: string }[]>}
 */
export async function listFixtures() {
  const files = await readdir(snapshotFolder);
  return files
    .filter((file) => /\.(heapsnapshot|heaptimeline)\.gz$/.test(file))
    .toSorted()
    .map((file) => ({
      name: file.replace(/\.(heapsnapshot|heaptimeline)\.gz$/, ""),
      file: join(snapshotFolder, file),
    }));
}

/** @param {string} name */
export function goldenFile(name) {
  return join(goldenFolder, `${name}.json.gz`);
}

/**
 * @param {string} base
 * @param {string} target
 */
export function pairGoldenFile(base, target) {
  return join(goldenFolder, `${base}--${target}.json.gz`);
}

/** @param {string} file */
export async function readGolden(file) {
  return JSON.parse(gunzipSync(await readFile(file)).toString("utf8"));
}
