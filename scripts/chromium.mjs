// A Chromium for tests, from the npm package @sparticuz/chromium: the same browser on every Linux (x64), without a
// download and without system packages. The package's archives are unpacked once, into .cache/chromium/VERSION; that takes
// about 4 s and 210 MB. Afterwards a call takes a millisecond.
//
// The package itself unpacks into the system's temporary folder and takes whatever lies there, so that of two programs
// one may start a half-written browser. Here it unpacks into a folder of its own, which is then renamed.
//
// Elsewhere (macOS, Windows, arm64), or to test another browser: CHROMIUM_PATH=/path/to/chrome.

import { execFile } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** What a test needs, beside what playwright gives by itself: no sandbox (it runs as root in CI), and no network. */
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Options for playwright's `chromium.launch`; whoever starts the executable otherwise also gives it an empty
 * `--user-data-dir`. Safe to call from several processes at once.
 */
export async function findChromium() {
  const executablePath = process.env.CHROMIUM_PATH;
  if (executablePath) return { executablePath, args, env: { ...process.env } };
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `The Chromium from npm does not run on ${process.platform} ${process.arch}; set CHROMIUM_PATH to the program of a Chrome or Chromium.`,
    );
  const packageFolder = path.join(
    path.dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")),
    "..",
  );
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, "package.json"), "utf8"));
  const folder = path.join(root, ".cache", "chromium", version);
  if (!fs.existsSync(folder)) await unpack(folder);
  const libraries = [path.join(folder, "al2023", "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean);
  return {
    executablePath: path.join(folder, "chromium"),
    args,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: libraries.join(":"),
      FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? path.join(folder, "fonts"),
    },
  };
}

/** Unpacks the browser with its libraries and a font. Whoever is first wins; the work of others is thrown away. */
async function unpack(folder) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const partial = fs.mkdtempSync(`${folder}.partial-`);
  try {
    const script = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: root,
      // On Amazon's Linux, of which the variable speaks, the package unpacks the libraries that a bare system lacks.
      env: { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
    });
    fs.writeFileSync(path.join(partial, "fonts", "fonts.conf"), formatFontsConfiguration(folder));
    fs.renameSync(partial, folder);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    // Renaming fails when another process was faster.
    if (!fs.existsSync(folder)) throw error;
  }
}

/** The one font of the package and no other, so that texts are as wide on every machine. */
function formatFontsConfiguration(folder) {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, "fonts", "fonts")}</dir>
  <cachedir>${path.join(folder, "fonts", "cache")}</cachedir>
</fontconfig>
`;
}
