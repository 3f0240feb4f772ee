/**
 * A web server for one test, on the loopback interface: an empty page, the snapshot worker, the engine's build file by
 * file as it is published, and a snapshot.
 *
 * `isolated` makes the page cross-origin isolated, without which browsers have no `SharedArrayBuffer`.
 */
import { once } from "node:events";
import fs from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { build } from "esbuild";

export interface ServeOptions {
  /** The built engine's `dist`. */
  readonly engine: string;
  /** The file at `/snapshot`. */
  readonly snapshot: string;
  readonly isolated: boolean;
}

export interface EngineServer {
  /** `http://127.0.0.1:PORT`; `/` is the page, `/worker.js` the worker. */
  readonly origin: string;
  close(): void;
}

const engineFolder = "/engine/";
const engineUrl = `${engineFolder}index.js`;

export async function serveEngine({ engine, snapshot, isolated }: ServeOptions): Promise<EngineServer> {
  const worker = await buildWorker();
  const modules = modulesIn(engine);
  const server = createServer((request, response) => {
    if (isolated) {
      response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
      response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    }
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const module = modules.get(pathname);
    if (module !== undefined) send(response, "text/javascript", fs.readFileSync(module));
    else if (pathname === "/")
      send(response, "text/html", "<!doctype html><title>The engine in a worker</title>");
    else if (pathname === "/worker.js") send(response, "text/javascript", worker);
    else if (pathname === "/snapshot") send(response, "application/octet-stream", fs.readFileSync(snapshot));
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => closeNow(server) };
}

/** Path on the server -> file. */
function modulesIn(folder: string): Map<string, string> {
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  const modules = files.filter((file) => file.endsWith(".js"));
  return new Map(
    modules.map((file) => [engineFolder + file.replaceAll(path.sep, "/"), path.join(folder, file)]),
  );
}

/** The worker as one script, but for the engine, which it imports from the server. */
async function buildWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(import.meta.dirname, "snapshot-worker.ts")],
    bundle: true,
    format: "esm",
    alias: { "@heapscope/engine": engineUrl },
    external: [engineUrl],
    write: false,
  });
  return outputFiles[0]!.text;
}

function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { "Content-Type": type }).end(body);
}

function closeNow(server: Server): void {
  server.close();
  server.closeAllConnections();
}
