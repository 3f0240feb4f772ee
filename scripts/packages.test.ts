/**
 * The packages as they would be published: built from their sources alone, packed, checked by publint and "are the types
 * wrong", installed from the tarball into an empty project, compiled against and run. No network.
 */
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildPackages, publishedPackages, type CleanBuild } from "./clean-build.mjs";

const root = path.resolve(import.meta.dirname, "..");
const fixtures = path.join(root, "fixtures/snapshots");

interface Tarball {
  readonly file: string;
  /** Paths inside the package. */
  readonly entries: readonly string[];
}

let build: CleanBuild;
/** Outside the repository, so that nothing is found there by accident. */
let folder: string;
const tarballs: Record<string, Tarball> = {};

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "heapscope-packages-"));
  build = buildPackages(publishedPackages);
  for (const name of publishedPackages) tarballs[name] = pack(build.folders[name]!);
});

afterAll(() => {
  build?.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe.for(publishedPackages)("%s", (name) => {
  test("has nothing that publint objects to", async () => {
    const { buffer } = new Uint8Array(fs.readFileSync(tarballs[name]!.file));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("is published with what users need, and without tests and build state", () => {
    const { entries } = tarballs[name]!;
    expect(entries).toEqual(expect.arrayContaining(["README.md", "package.json"]));
    const needed =
      /^(README\.md|LICENSE|package\.json|(dist|src)\/.+\.(ts|cts|assemblyscript|js|cjs|map|txt)|dist\/(viewer|report)\/.+\.(html|css|svg))$/;
    expect(entries.filter((entry) => !needed.test(entry) || entry.includes(".test."))).toEqual([]);
  });
});

test.for(["@heapscope/engine", "@heapscope/capture"])(
  "%s has types that every ESM resolver finds",
  (name) => {
    const attw = path.join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const { status, stdout, stderr } = run(
      root,
      attw,
      tarballs[name]!.file,
      "--profile",
      "esm-only",
      "--format",
      "json",
    );
    expect(status, stdout + stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      analysis: { packageName: name, types: { kind: "included" } },
    });
  },
);

describe("the agent in an empty project", () => {
  let project: string;
  beforeAll(() => {
    project = createProject("agent", tarballs["@heapscope/agent"]!);
  });

  test("brings no other package, and is one file below 30 kB", () => {
    expect(
      fs.readdirSync(path.join(project, "node_modules")).filter((name) => !name.startsWith(".")),
    ).toEqual(["@heapscope"]);
    const dist = path.join(project, "node_modules/@heapscope/agent/dist");
    const sizes = Object.fromEntries(
      fs.readdirSync(dist).map((name) => [name, fs.statSync(path.join(dist, name)).size]),
    );
    expect(Object.keys(sizes).filter((name) => name.endsWith(".cjs"))).toEqual([
      "agent.cjs",
      "heapdump.cjs",
      "register.cjs",
    ]);
    expect(sizes["agent.cjs"]).toBeLessThan(30_000);
    expect(sizes["register.cjs"]! + sizes["heapdump.cjs"]!).toBeLessThan(4000);
  });

  test("works as ES module and as CommonJS, with its types", () => {
    const use = `
      const agent: Agent = start({ directory: "captures", signal: false, control: false, memory: { heap: 0.9 } });
      agent.capture({ recorder: "memory-record" }).then(({ files }) => console.log(files.length, agent.status().schema));
    `;
    fs.writeFileSync(
      path.join(project, "module.mts"),
      `import { start, type Agent } from "@heapscope/agent"; import { writeSnapshot } from "@heapscope/agent/heapdump";
      console.log(typeof writeSnapshot);${use}`,
    );
    fs.writeFileSync(
      path.join(project, "common.cts"),
      `import agentModule = require("@heapscope/agent"); import heapdump = require("@heapscope/agent/heapdump");
      type Agent = agentModule.Agent; const { start } = agentModule; console.log(typeof heapdump.writeSnapshot);${use}`,
    );
    for (const [source, program] of [
      ["module.mts", "module.mjs"],
      ["common.cts", "common.cjs"],
    ] as const) {
      compile(project, source, { types: ["node"], typeRoots: [path.join(root, "node_modules/@types")] });
      const { status, stdout, stderr } = run(project, program);
      expect(status, stderr).toBe(0);
      expect(stdout).toBe("function\n1 heapscope/agent-status@1\n");
    }
  });
});

test.for([
  ["heapscope", "./testing"],
  ["@heapscope/agent", "."],
  ["@heapscope/agent", "./heapdump"],
] as const)("%s has types for ES modules and for CommonJS: %s", ([name, entry]) => {
  const attw = path.join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
  const { status, stdout, stderr } = run(
    root,
    attw,
    tarballs[name]!.file,
    "--entrypoints",
    entry,
    "--profile",
    "node16",
    "--format",
    "json",
  );
  expect(status, stdout + stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ analysis: { types: { kind: "included" } }, problems: {} });
});

describe("the engine in an empty project", () => {
  let project: string;

  beforeAll(() => {
    project = createProject("engine", tarballs["@heapscope/engine"]!);
  });

  test("brings no other package", () => {
    expect(fs.readdirSync(path.join(project, "node_modules/@heapscope"))).toEqual(["engine"]);
    expect(
      fs.readdirSync(path.join(project, "node_modules")).filter((entry) => !entry.startsWith(".")),
    ).toEqual(["@heapscope"]);
  });

  test("runs the code in its README as it stands there", () => {
    fs.writeFileSync(path.join(project, "readme.ts"), codeInReadme());
    compile(project, "readme.ts", { types: ["node"], typeRoots: [path.join(root, "node_modules/@types")] });
    for (const number of [1, 2])
      fs.copyFileSync(
        path.join(fixtures, `node-24-pair-${number}.heapsnapshot.gz`),
        path.join(project, `${number}.heapsnapshot`),
      );

    const { status, stdout, stderr } = run(project, "readme.js");
    expect(status, stderr).toBe(0);
    const lines = stdout.split("\n");
    expect(lines).toContain("Leaked 250 17920"); // a group
    expect(lines).toContain(".name leaked-10 32"); // an edge of the object
    expect(lines).toContain("held by Array [10]");
    expect(stdout).toContain("\n(root) global / \n.__leak Array\n[10] Leaked\n");
    expect(lines).toContain("Leaked 250 10000"); // a row of the comparison
  });

  test("lays out the dominator tree of a large file in a second thread, with the same result", () => {
    const bytes = gunzipSync(fs.readFileSync(path.join(fixtures, "node-24-default.heapsnapshot.gz")));
    fs.writeFileSync(path.join(project, "small.heapsnapshot"), bytes);
    // White space behind the snapshot makes the file large enough for a thread, and means nothing.
    fs.writeFileSync(
      path.join(project, "large.heapsnapshot"),
      Buffer.concat([bytes, Buffer.alloc(2 ** 26, " ")]),
    );
    fs.writeFileSync(
      path.join(project, "threads.js"),
      `import { openFile } from "@heapscope/engine/node";
      const results = [];
      for (const name of ["small", "large"]) {
        const snapshot = await openFile(name + ".heapsnapshot");
        await snapshot.prepare(["groups"]);
        results.push({
          isDoneHere: snapshot.timings.some(({ pass }) => pass === "computing dominators"),
          groups: snapshot.groups.map(({ key, retainedSize }) => [key, retainedSize]),
        });
      }
      console.log(JSON.stringify(results));`,
    );
    const { status, stdout, stderr } = run(project, "threads.js");
    expect(status, stderr).toBe(0);
    const [small, large] = JSON.parse(stdout) as { isDoneHere: boolean; groups: unknown[] }[];
    expect(small!.isDoneHere).toBe(true);
    expect(large!.isDoneHere).toBe(os.availableParallelism() < 2);
    expect(small!.groups.length).toBeGreaterThan(100);
    expect(large!.groups).toEqual(small!.groups);
  });

  test("has declarations that need neither Node's types nor the DOM's", () => {
    fs.writeFileSync(
      path.join(project, "isomorphic.ts"),
      'import { openSnapshot } from "@heapscope/engine";\nexport const { root } = await openSnapshot(new Uint8Array());\n',
    );
    compile(project, "isomorphic.ts", { types: [] });
  });
});

test("the command runs when it is installed from its tarball, without other packages", () => {
  const project = createProject("command", tarballs["heapscope"]!);
  const { version } = JSON.parse(
    fs.readFileSync(path.join(root, "packages/heapscope/package.json"), "utf8"),
  ) as { version: string };
  const { status, stdout, stderr } = run(project, "node_modules/.bin/heapscope", "--version");
  expect(status, stderr).toBe(0);
  expect(stdout.trim()).toBe(version);

  // The program of the second thread stands beside the chunk that starts it, where that chunk looks for it.
  const chunks = path.join(project, "node_modules/heapscope/dist/chunks");
  const starters = fs
    .readdirSync(chunks)
    .filter((name) => fs.readFileSync(path.join(chunks, name), "utf8").includes("./engine-thread.js"));
  expect(starters).toHaveLength(1);
  expect(fs.existsSync(path.join(chunks, "engine-thread.js"))).toBe(true);

  // So does the thread of the viewer, and its page where the server and a report look for it.
  for (const file of ["chunks/desk-thread.js", "viewer/index.html", "report/report.js", "report/report.css"])
    expect(fs.existsSync(path.join(chunks, "..", file)), file).toBe(true);
  fs.copyFileSync(
    path.join(fixtures, "node-24-default.heapsnapshot.gz"),
    path.join(project, "app.heapsnapshot.gz"),
  );
  const made = run(
    project,
    "node_modules/.bin/heapscope",
    "report",
    "app.heapsnapshot.gz",
    "-o",
    "report.html",
  );
  expect(made.status, made.stderr).toBe(0);
  expect(fs.statSync(path.join(project, "report.html")).size).toBeGreaterThan(100_000);
});

test("heapscope/testing works as ES module and as CommonJS, with its types", () => {
  const project = createProject("testing", tarballs["heapscope"]!);
  const use = `
    class Session { id = 1; }
    const kept: Session[] = [];
    expectNoLeak(() => kept.push(new Session()), { rounds: 2, perRound: 10 }).catch(async (error: LeakError) => {
      console.log(error.name, error.suspects[0]?.className, await countObjects(Session));
    });
  `;
  fs.writeFileSync(
    path.join(project, "module.mts"),
    `import { countObjects, expectNoLeak, type LeakError } from "heapscope/testing";${use}`,
  );
  fs.writeFileSync(
    path.join(project, "common.cts"),
    `import testing = require("heapscope/testing");
    import type { LeakError } from "heapscope/testing";
    const { countObjects, expectNoLeak } = testing;${use}`,
  );
  for (const [source, program] of [
    ["module.mts", "module.mjs"],
    ["common.cts", "common.cjs"],
  ] as const) {
    compile(project, source, { types: ["node"], typeRoots: [path.join(root, "node_modules/@types")] });
    const { status, stdout, stderr } = run(project, program);
    expect(status, stderr).toBe(0);
    expect(stdout).toBe("LeakError Session 30\n");
  }
});

/** Packs a package as `npm publish` would. */
function pack(packageFolder: string): Tarball {
  const answer = npm(packageFolder, "pack", "--json", "--pack-destination", folder);
  const [{ filename, files }] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
  return { file: path.join(folder, filename), entries: files.map((file) => file.path) };
}

/** Makes a project that has nothing but a package from a tarball. */
function createProject(name: string, tarball: Tarball): string {
  const project = path.join(folder, name);
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  npm(project, "install", "--offline", "--no-audit", "--no-fund", tarball.file);
  return project;
}

function npm(cwd: string, ...parameters: string[]): string {
  return execFileSync("npm", parameters, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
}

/** Compiles one file of a project, and all declarations that it sees, as strictly as can be. */
function compile(project: string, file: string, options: Record<string, unknown>): void {
  const configuration = {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023"],
      module: "nodenext",
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      ...options,
    },
    files: [file],
  };
  fs.writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(configuration));
  const { status, stdout } = run(project, path.join(root, "node_modules/typescript/bin/tsc"));
  expect(status, stdout).toBe(0);
}

/** The one block of TypeScript in the engine's README. */
function codeInReadme(): string {
  const readme = fs.readFileSync(path.join(root, "packages/engine/README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)];
  expect(blocks).toHaveLength(1);
  return blocks[0][1];
}

function run(cwd: string, program: string, ...parameters: string[]) {
  return spawnSync(process.execPath, [program, ...parameters], { cwd, encoding: "utf8", timeout: 30_000 });
}
