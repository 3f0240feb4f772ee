// The examples in examples/leaks: a folder each, with the program and culprit.json, the truth about it. Used by leakbench.mjs
// and its test.

import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
export const cache = path.join(repository, ".cache", "leakbench");
export const examplesFolder = path.join(repository, "examples", "leaks");

/**
 * What is true of an example.
 *
 * @typedef {object} Culprit
 * @property {boolean} leaks `false`: it grows, or seems to, but nothing leaks, and none of the rest is of interest
 * @property {string[]} className names of the class that accumulates which are right: DevTools' "Constructor"
 * @property {string[]} container kinds of the holder which are right
 * @property {string[]} holderPath names of which one at least is on the way from a root to the holder
 * @property {string[]} [source] file:line of the constructors or functions that made what accumulates
 * @property {string} story what happens, in one sentence
 * @property {string[]} [packages] npm packages that the program needs, with their versions
 * @property {number} [roundsBetween] rounds of work between two snapshots, if not as many as usual
 * @property {number} [restMs] how long it rests before a snapshot, if not as long as usual
 *
 * @typedef {Culprit & { name: string, folder: string, program: string }} Example
 */

/** All examples by name, or those that are `named`; throws on names that do not exist. @returns {Example[]} */
export function listExamples(named = []) {
  const names = fs
    .readdirSync(examplesFolder)
    .filter((name) => fs.existsSync(path.join(examplesFolder, name, "culprit.json")))
    .sort();
  for (const name of named)
    if (!names.includes(name)) throw new Error(`There is no example ${name} in ${examplesFolder}.`);
  return (named.length === 0 ? names : named).map(readExample);
}

function readExample(name) {
  const folder = path.join(examplesFolder, name);
  const culprit = JSON.parse(fs.readFileSync(path.join(folder, "culprit.json"), "utf8"));
  const program = ["program.cjs", "program.mjs", "program.js"]
    .map((file) => path.join(folder, file))
    .find((file) => fs.existsSync(file));
  if (program === undefined) throw new Error(`${folder} has no program.`);
  return { ...culprit, name, folder, program };
}
