/**
 * Makes one JavaScript file out of Chrome DevTools' heap snapshot worker, unchanged.
 *
 * The npm package chrome-devtools-frontend holds DevTools' TypeScript sources. It is fetched when somebody asks for
 * the oracle, at one pinned version, into .cache/oracle of the repository (never committed), and bundled with esbuild.
 * Only what the worker does not compute with is cut off: translated texts, and the two index files that would pull the
 * rest of the front end in. Bundle and package are kept and reused as long as version and this file's recipe stay.
 *
 * Cost: 20 MB download and about 5 s once; afterwards one `stat`.
 * Called by devtools-worker.mjs.
 */
// @ts-check
import { execFile } from "node:child_process";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const run = promisify(execFile);

/** The DevTools version whose numbers are ours. Change it together with docs/format.md, then run with --refresh. */
export const devToolsVersion = "1.0.1705227";
export const devToolsPackage = "chrome-devtools-frontend";

/** Bumped when the recipe below changes, so that an older bundle is not reused. */
const recipe = 1;

const cacheFolder = fileURLToPath(new URL("../../.cache/oracle/", import.meta.url));

/** The folders of the package that the worker imports from. */
const neededFolders = ["core", "entrypoints/heap_snapshot_worker", "models/heap_snapshot"];

/**
 * The path of the bundled worker, built when it is not there yet.
 * @param {(message: string) => void} [onStatus] told what takes time
 * @returns {Promise<string>}
 */
export async function devToolsBundle(onStatus) {
  const bundle = join(cacheFolder, `heap-snapshot-worker-${devToolsVersion}-${recipe}.mjs`);
  if (await exists(bundle)) return bundle;
  const frontEnd = await fetchFrontEnd(onStatus);
  onStatus?.("bundling the DevTools worker");
  await bundleWorker(frontEnd, `${bundle}.partial`);
  await rename(`${bundle}.partial`, bundle);
  return bundle;
}

/**
 * @param {((message: string) => void) | undefined} onStatus
 * @returns {Promise<string>} the package's front_end folder
 */
async function fetchFrontEnd(onStatus) {
  const folder = join(cacheFolder, `${devToolsPackage}-${devToolsVersion}`);
  if (await exists(folder)) return join(folder, "front_end");
  await mkdir(cacheFolder, { recursive: true });
  const archive = join(cacheFolder, `${devToolsPackage}-${devToolsVersion}.tgz`);
  if (!(await exists(archive))) {
    onStatus?.(`fetching ${devToolsPackage}@${devToolsVersion}`);
    await run("npm", ["pack", "--silent", `${devToolsPackage}@${devToolsVersion}`], { cwd: cacheFolder });
  }
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const members = neededFolders.map((name) => `package/front_end/${name}`);
  await run("tar", ["-xzf", archive, "-C", partial, "--strip-components=1", ...members]);
  await rename(partial, folder);
  return join(folder, "front_end");
}

/**
 * @param {string} frontEnd
 * @param {string} outfile
 */
async function bundleWorker(frontEnd, outfile) {
  const worker = join(frontEnd, "entrypoints/heap_snapshot_worker");
  await build({
    stdin: {
      contents: `
        export { HeapSnapshotLoader } from "./HeapSnapshotLoader.js";
        export { SecondaryInitManager } from "./HeapSnapshot.js";
        export * as HeapSnapshotModel from "../../models/heap_snapshot/HeapSnapshotModel.js";
      `,
      resolveDir: worker,
      sourcefile: "oracle-entry.ts",
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "inline",
    logLevel: "error",
    plugins: [
      {
        name: "worker-only",
        setup(builder) {
          // Texts for people: the worker only wraps status messages with them.
          builder.onResolve({ filter: /core\/i18n\/i18n\.js$/ }, () => ({ path: "i18n", namespace: "stub" }));
          builder.onLoad({ filter: /^i18n$/, namespace: "stub" }, () => ({
            contents: "export const i18n = { serializeUIString: (text) => text };",
          }));
          // Index files that also export panels' code; the worker uses one module of each.
          builder.onResolve({ filter: /text_utils\/text_utils\.js$/ }, () => ({
            path: "text_utils",
            namespace: "index",
          }));
          builder.onResolve({ filter: /heap_snapshot\/heap_snapshot\.js$/ }, () => ({
            path: "heap_snapshot",
            namespace: "index",
          }));
          builder.onLoad({ filter: /.*/, namespace: "index" }, ({ path }) => ({
            contents:
              path === "text_utils"
                ? `export * as TextUtils from "./core/text_utils/TextUtils.js";`
                : `export * as HeapSnapshotModel from "./models/heap_snapshot/HeapSnapshotModel.js";`,
            resolveDir: frontEnd,
          }));
          // What TextUtils.ts imports for editors; nothing of it is reachable from the JSON tokenizer.
          builder.onResolve({ filter: /\/(ContentData|ContentProvider)\.js$/ }, () => ({
            path: "content",
            namespace: "stub",
          }));
          builder.onLoad({ filter: /^content$/, namespace: "stub" }, () => ({
            contents: "export class ContentData {} export class SearchMatch {}",
          }));
        },
      },
    ],
  });
}

/** @param {string} path */
async function exists(path) {
  return stat(path).then(
    () => true,
    () => false,
  );
}
