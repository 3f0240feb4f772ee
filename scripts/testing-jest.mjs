// Runs the example's tests of heapscope/testing in jest, which gives each test file a realm of its own and keeps what is
// written to the console. jest is not among the dependencies of this repository: it is fetched once, into .cache/jest.
//
// usage: node scripts/testing-jest.mjs

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const JEST = "jest@30.0.5";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const cache = join(root, ".cache", "jest");
const jest = join(cache, "node_modules", "jest", "bin", "jest.js");

if (!existsSync(jest)) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "package.json"), '{ "private": true }\n');
  run(cache, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", JEST);
}

const folder = mkdtempSync(join(tmpdir(), "heapscope-jest-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const library = join(folder, "node_modules", "heapscope");
mkdirSync(library, { recursive: true });
run(root, process.execPath, join("scripts", "build-command.mjs"), "--out", join(library, "dist"));
cpSync(join(root, "packages", "heapscope", "package.json"), join(library, "package.json"));
cpSync(join(root, "examples", "testing"), folder, { recursive: true });
symlinkSync(join(cache, "node_modules", "jest"), join(folder, "node_modules", "jest"), "junction");

// What jest keeps must not be taken for a leak, and must not hide one.
writeFileSync(
  join(folder, "noise.jest.test.js"),
  `const { countObjects, expectNoLeak } = require("heapscope/testing");
class Session { payload = new Array(20).fill(0); }
exports.cache = [];
const spy = jest.fn();
const noise = async (session) => {
  console.log("opened", session);
  spy(session);
  jest.fn()(1);
  expect(session.payload).toHaveLength(20);
  await expect(Promise.resolve(1)).resolves.toBe(1);
};
test("noise", async () => await expectNoLeak(() => noise(new Session())), 60_000);
test("noise and a leak", async () => {
  const leaky = async () => { const session = new Session(); await noise(session); exports.cache.push(session); };
  await expect(expectNoLeak(leaky)).rejects.toThrow("60 Session objects");
}, 60_000);
test("objects of the realm are counted", async () => {
  class Own {}
  global.own = [new Own(), new Own()];
  expect([await countObjects(Own), await countObjects("Own")]).toEqual([2, 2]);
}, 60_000);
`,
);
run(folder, process.execPath, jest, "--rootDir", ".", "--silent", "jest.test");

function run(cwd, program, ...words) {
  const { status } = spawnSync(program, words, { cwd, stdio: "inherit", shell: program === "npm" });
  if (status !== 0) process.exit(status ?? 1);
}
