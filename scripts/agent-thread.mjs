// Bundles parts of the agent into strings, as short as can be: for scripts/build-agent.mjs; and its thread for tests, which load
// the agent as TypeScript (vitest.config.ts).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";

const packageFolder = join(fileURLToPath(new URL(".", import.meta.url)), "..", "packages", "agent");

/** What the agent's bundles have in common. */
export const agentBundle = /** @type {const} */ ({
  absWorkingDir: packageFolder,
  bundle: true,
  minify: true,
  write: false,
  format: "cjs",
  platform: "node",
  target: "node18.18",
  legalComments: "none",
  logLevel: "warning",
});

/**
 * Imports of Node's own modules become plain calls of `require`: what esbuild makes of them is right for all modules, and a
 * kilobyte longer.
 */
const plainRequires = {
  name: "plain-requires",
  setup(build) {
    build.onLoad({ filter: /agent.src.*\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replace(
        /^import (\w+|\{[^}]*\}) from ("node:[\w/]+");$/gm,
        (_, names, module) => `const ${names.replaceAll(" as ", ": ")} = require(${module});`,
      ),
    }));
  },
};

/** A part of the agent, minified: CommonJS text. */
export async function bundlePart(entry, define = {}) {
  const { outputFiles } = await build({
    ...agentBundle,
    entryPoints: [entry],
    plugins: [plainRequires],
    define,
  });
  return shorten(outputFiles[0].text);
}

/** The program of the thread. */
export function bundleThread() {
  return bundlePart("src/thread/thread.ts");
}

/** A script, minified once more: a twentieth smaller than by esbuild alone. In many lines, since Node shows the line of what is thrown and not caught. */
async function shorten(program) {
  const { code } = await minify(program, {
    ecma: 2022,
    toplevel: true,
    compress: {
      ecma: 2022,
      passes: 8,
      keep_fargs: false,
      unsafe_arrows: true,
      unsafe: true,
      unsafe_methods: true,
      pure_getters: true,
    },
    format: { ecma: 2022, comments: false, semicolons: false },
  });
  return code;
}
