// Bundles the program of the agent's thread into one string: for scripts/build-agent.mjs, and for tests, which load the
// agent as TypeScript (vitest.config.ts).

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";

const packageFolder = join(fileURLToPath(new URL(".", import.meta.url)), "..", "packages", "agent");

/** CommonJS text, minified. */
export async function bundleThread() {
  const { outputFiles } = await build({
    absWorkingDir: packageFolder,
    entryPoints: ["src/thread/thread.ts"],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node18.18",
    legalComments: "none",
    logLevel: "warning",
  });
  return shorten(outputFiles[0].text);
}

/** A script, minified: a twentieth smaller than by esbuild. In many lines, since Node shows the line of what is thrown and not caught. */
export async function shorten(program) {
  const { code } = await minify(program, {
    ecma: 2022,
    toplevel: true,
    compress: {
      ecma: 2022,
      passes: 4,
      keep_fargs: false,
      unsafe_arrows: true,
      unsafe_methods: true,
      pure_getters: true,
    },
    format: { ecma: 2022, comments: false, semicolons: false },
  });
  return code;
}
