// Opens a snapshot in a worker of a page of Chromium and gives the checksums of all that the engine says about it: the built
// engine as it is, file by file from a server of our own. Called by same-results.mjs.
import { once } from "node:events";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "../chromium.mjs";

const worker = `
  import * as engine from "/engine/index.js";
  import { checksumsOf } from "/checksums.mjs";
  addEventListener("message", async ({ data: byteLength }) => {
    try {
      const open = async () => await engine.openSnapshot((await fetch("/snapshot")).body, { byteLength });
      postMessage({ sums: await checksumsOf(open, engine) });
    } catch (error) {
      postMessage({ error: String(error.stack ?? error) });
    }
  });`;

/**
 * @param {string} engine folder of the built engine
 * @param {string} file not compressed
 * @param {{ isolated: boolean }} options whether the page is cross-origin isolated, without which there is no shared memory
 * @returns {Promise<Record<string, string>>}
 */
export async function checksumsInBrowser(engine, file, { isolated }) {
  const server = await serve(engine, file, isolated);
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await browser.newPage();
    await page.goto(server.origin);
    // As a text: the page's names are not known to the compiler here.
    const { sums, error } = await page.evaluate(`new Promise((resolve) => {
      const worker = new Worker("/worker.mjs", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => resolve({ error: event.message ?? "The worker could not be loaded" });
      worker.postMessage(${statSync(file).size});
    })`);
    if (error !== undefined) throw new Error(`Chromium: ${error}`);
    return sums;
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * @param {string} engine
 * @param {string} file
 * @param {boolean} isolated
 */
async function serve(engine, file, isolated) {
  const folder = resolve(engine);
  const server = createServer((request, response) => {
    if (isolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const asked = join(folder, pathname.replace(/^\/engine\//, ""));
    if (pathname === "/")
      response.setHeader("Content-Type", "text/html").end("<!doctype html><title>-</title>");
    else if (pathname === "/snapshot") createReadStream(file).pipe(response);
    else if (pathname === "/worker.mjs") sendScript(response, worker);
    else if (pathname === "/checksums.mjs")
      sendScript(response, readFileSync(fileURLToPath(new URL("checksums.mjs", import.meta.url))));
    else if (pathname.startsWith("/engine/") && asked.startsWith(folder + sep) && asked.endsWith(".js"))
      sendScript(response, readFileSync(asked));
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * @param {import("node:http").ServerResponse} response
 * @param {string | Buffer} text
 */
function sendScript(response, text) {
  response.writeHead(200, { "Content-Type": "text/javascript" }).end(text);
}
