// Builds @heapscope/agent into packages/agent/dist: agent.cjs, which is all of it; register.cjs and heapdump.cjs, which only
// call it; and declarations. Run by `npm run build`, and by tests into a folder of their own:
// `node scripts/build-agent.mjs --out DIR`.
//
// agent.cjs is packed: the minified program as a compressed string, and a few lines that unpack it. What a service loads
// stays small and in one file, which no bundler can take apart; the program of the agent's thread is in it as text.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { bundleThread, shorten } from "./agent-thread.mjs";

/** Stands for the packed text while esbuild works on what is around it. */
const PLACE = "HEAPSCOPE_AGENT_PROGRAM";

/** Part of the promise. */
const LARGEST = 40_000; // TODO(lead): 30_000

const packageFolder = join(fileURLToPath(new URL(".", import.meta.url)), "..", "packages", "agent");
const { values } = parseArgs({ options: { out: { type: "string" } } });
const outdir = values.out === undefined ? join(packageFolder, "dist") : resolve(values.out);
const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });

const thread = await bundleThread();
const shared = {
  absWorkingDir: packageFolder,
  outdir,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: /** @type {const} */ ("cjs"),
  platform: /** @type {const} */ ("node"),
  target: "node18.18",
  legalComments: /** @type {const} */ ("none"),
  logLevel: /** @type {const} */ ("warning"),
};
const programOf = await build({
  ...shared,
  entryPoints: ["src/program.ts"],
  write: false,
  define: { HEAPSCOPE_AGENT_VERSION: JSON.stringify(version) },
});
// Minified before the thread's text is put in, which would otherwise be repeated wherever it is used.
const program = (await shorten(programOf.outputFiles[0].text)).replace("HEAPSCOPE_AGENT_THREAD", () =>
  JSON.stringify(thread),
);
const { outputFiles } = await build({
  ...shared,
  entryPoints: { agent: "src/index.ts" },
  write: false,
  format: "esm",
  minify: true,
  plugins: [
    {
      name: "unpack",
      setup(build) {
        build.onLoad({ filter: /unpack\.ts$/ }, () => ({ contents: unpacking(program) }));
      },
    },
  ],
});
const agent = join(outdir, "agent.cjs");
writeFileSync(
  agent,
  // Node shows the line of what is thrown and not caught: the text has one of its own.
  `// @heapscope/agent ${version}, MIT licence: packed, the sources are in ../src\n"use strict";${toCommonJs(outputFiles[0].text).replace(PLACE, () => `\n"${toText(compress(program))}"\n`)}`,
);

// They find the agent beside them, so that a process has one agent, however it was loaded.
await build({
  ...shared,
  entryPoints: { register: "src/register.ts", heapdump: "src/heapdump.ts" },
  plugins: [
    {
      name: "agent-beside",
      setup(build) {
        build.onResolve({ filter: /^\.\/index\.ts$/ }, () => ({ path: "./agent.cjs", external: true }));
      },
    },
  ],
});

// Both are declarations alone, in files of their own, so that they can be published as they stand.
for (const [name, source] of Object.entries({ agent: "api", heapdump: "heapdump-api" })) {
  writeFileSync(join(outdir, `${name}.d.cts`), readFileSync(join(packageFolder, "src", `${source}.ts`)));
}

const { size } = statSync(agent);
if (size >= LARGEST) {
  console.error(`agent.cjs has ${size} bytes; ${LARGEST} are promised as the limit. Make it smaller.`);
  process.exit(1);
}

/** The module in whose place it is: `unpack()` of `program`, which is CommonJS and needs nothing but modules of Node. */
function unpacking(program) {
  // Written out one by one: a bundler understands these calls and no others.
  const modules = builtinModules.filter((name) =>
    new RegExp(`["'\`](node:)?${name}\\\\?["'\`]`).test(program),
  );
  return `
    const load = (name) => {
      switch (name.replace("node:", "")) {
        ${modules.map((name) => `case "${name}": return REQUIRE("node:${name}");`).join("\n")}
      }
    };
    let unpacked;
    export function unpack() {
      if (unpacked) return unpacked.exports;
      const text = Buffer.from(${PLACE}, "latin1");
      let length = 0;
      for (let i = 0, bits = 0, count = 0; i < text.length; ) {
        const high = text[i++], low = text[i++];
        bits |= ((high > 92 ? high - 1 : high) * 91 + (low > 92 ? low - 1 : low) - 3220) << count;
        for (count += 13; count > 7; count -= 8, bits >>= 8) text[length++] = bits;
      }
      const program = REQUIRE("node:zlib").brotliDecompressSync(text.subarray(0, length));
      const script = new (REQUIRE("node:vm").Script)("(function(require,module,exports){" + program + "\\n})", { filename: "@heapscope/agent" });
      unpacked = { exports: {} };
      script.runInThisContext()(load, unpacked, unpacked.exports);
      return unpacked.exports;
    }`;
}

/** As a literal that changes little of it, so that it compresses better. */
function quote(text) {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

/** The module as CommonJS, without the functions with which esbuild would do it. */
function toCommonJs(text) {
  // What esbuild would make of `require` in a module of ECMAScript is longer than all the rest.
  return text.replaceAll("REQUIRE(", "require(").replace(/export\s*\{([^}]*)\};?\s*$/, (_, names) =>
    names
      .split(",")
      .map((pair) => pair.trim().split(/\s+as\s+/))
      .map(([local, name = local]) => `exports.${name}=${local};`)
      .join(""),
  );
}

function compress(program) {
  return brotliCompressSync(program, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(program),
    },
  });
}

/** Two characters for 13 bits, of the 91 that need no escape in a string. An eighth shorter than base64. */
function toText(bytes) {
  const digit = (value) => String.fromCharCode(value + (value > 56 ? 36 : 35));
  let text = "";
  let bits = 0;
  let count = 0;
  const write = () => {
    text += digit(Math.floor((bits & 8191) / 91)) + digit((bits & 8191) % 91);
  };
  for (const byte of bytes) {
    bits |= byte << count;
    count += 8;
    if (count < 13) continue;
    write();
    bits >>= 13;
    count -= 13;
  }
  if (count > 0) write();
  return text;
}
