// Builds @heapscope/agent into packages/agent/dist: agent.cjs, which is all of it; register.cjs and heapdump.cjs, which only
// call it; and declarations. Run by `npm run build`, and by tests into a folder of their own:
// `node scripts/build-agent.mjs --out DIR`.
//
// agent.cjs is packed: what is needed at once (src/index.ts), and the minified rest as a compressed text. What a service loads
// stays small and in one file, which no bundler can take apart; the program of the agent's thread is in it, too.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { agentBundle, bundlePart, bundleThread } from "./agent-thread.mjs";

/** Stands for the packed text while esbuild works on what is around it. */
const PLACE = "HEAPSCOPE_AGENT_PROGRAM";

/** Part of the promise. */
const LARGEST = 30_000;

/**
 * The module in whose place it is: `unpack()` of two texts, which are CommonJS and need nothing but modules of Node. Where there is
 * no `getBuiltinModule` (before Node 20.16), the program's own main module has a `require` that no bundler has touched.
 */
const unpacking = `
    const load = (name) =>
      process.getBuiltinModule ? process.getBuiltinModule(name) : (process.mainModule ?? module).require(name);
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
      const [program, thread] = String(load("node:zlib").brotliDecompressSync(text.subarray(0, length))).split("\\0");
      const script = new (load("node:vm").Script)("(function(require,module,exports,HEAPSCOPE_AGENT_THREAD){" + program + "\\n})", { filename: "@heapscope/agent" });
      unpacked = { exports: {} };
      script.runInThisContext()(load, unpacked, unpacked.exports, thread);
      return unpacked.exports;
    }`;

const packageFolder = join(fileURLToPath(new URL(".", import.meta.url)), "..", "packages", "agent");
const { values } = parseArgs({ options: { out: { type: "string" } } });
const outdir = values.out === undefined ? join(packageFolder, "dist") : resolve(values.out);
const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });

// Both as they are, one behind the other: as a string in the program the thread's would be longer by its escapes.
const program = await bundlePart("src/program.ts", { HEAPSCOPE_AGENT_VERSION: JSON.stringify(version) });
const texts = `${program}\0${await bundleThread()}`;
const { outputFiles } = await build({
  ...agentBundle,
  entryPoints: ["src/index.ts"],
  format: "esm",
  plugins: [
    {
      name: "unpack",
      setup(build) {
        build.onLoad({ filter: /unpack\.ts$/ }, () => ({ contents: unpacking }));
      },
    },
  ],
});
const agent = join(outdir, "agent.cjs");
writeFileSync(
  agent,
  // Node shows the line of what is thrown and not caught: the text has one of its own.
  `// @heapscope/agent ${version}, MIT; packed, sources: ../src\n${toCommonJs(outputFiles[0].text).replace(PLACE, () => `\n"${toText(compress(texts))}"\n`)}`,
);

// They find the agent beside them, so that a process has one agent, however it was loaded.
await build({
  ...agentBundle,
  minify: false,
  write: true,
  outdir,
  outExtension: { ".js": ".cjs" },
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

/** The module as CommonJS, without the functions with which esbuild would do it. */
function toCommonJs(text) {
  return text.replace(/export\s*\{([^}]*)\};?\s*$/, (_, names) =>
    names
      .split(",")
      .map((pair) => pair.trim().split(/\s+as\s+/))
      .map(([local, name = local]) => `exports.${name}=${local};`)
      .join(""),
  );
}

/** The last three were found by trying all. */
function compress(texts) {
  return brotliCompressSync(texts, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(texts),
      [constants.BROTLI_PARAM_LGWIN]: 16,
      [constants.BROTLI_PARAM_NPOSTFIX]: 2,
      [constants.BROTLI_PARAM_NDIRECT]: 16,
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
