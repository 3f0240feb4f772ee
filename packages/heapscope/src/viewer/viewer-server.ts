// The local server behind `heapscope open`: it hands out the built page, and joins each page that is shown with the desk.
// It listens on 127.0.0.1 only, lets in nobody but this user's page (peer-user.ts, request-guard.ts), and sends nothing anywhere by itself.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { CommandError } from "../command-error.ts";
import type { PageFile } from "./page-files.ts";
import { isAnotherUser } from "./peer-user.ts";
import { RequestGuard } from "./request-guard.ts";

export interface ViewerServer {
  readonly port: number;
  /** Where the page is, for the user. */
  readonly url: string;
  /** Tells the pages, with a code of the WebSocket protocol, and ends. */
  close(code?: number): Promise<void>;
}

export interface ViewerServerOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Joins a page that has connected with the desk. Without it there are no connections. */
  readonly join?: (page: WebSocket) => void;
}

/** Questions are small; the longest hold the handle of a row far down in a tree. */
const LARGEST_QUESTION = 1 << 18;

/** Pages are few: somebody who opens connections without end gets no more. */
const MOST_CONNECTIONS = 256;

/** A request has come by then. */
const SILENCE_MS = 4000;

/** The page is without any inline script or style; the engine's scanner in the page's worker is WebAssembly. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "worker-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** On every answer, refusals included. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

/** Throws `CommandError` if the port cannot be had. */
export async function startViewerServer(options: ViewerServerOptions): Promise<ViewerServer> {
  // Who connects and says nothing must not keep others out for long.
  const server = createServer({ headersTimeout: SILENCE_MS, connectionsCheckingInterval: SILENCE_MS / 2 });
  server.maxConnections = MOST_CONNECTIONS;
  const port = await listen(server, options.port);
  const guard = new RequestGuard(port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_QUESTION });
  server.on("connection", (peer: Socket) => {
    if (isAnotherUser(peer.remotePort ?? 0, port)) peer.destroy();
  });
  server.on("request", (request, response) => answer(guard, options.files, request, response));
  server.on("upgrade", (request, stream: Duplex, head) => {
    stream.on("error", () => {});
    const admission = guard.admitSocket(request);
    if (!admission.admitted || admission.path !== "link" || options.join === undefined)
      return refuseUpgrade(stream, admission.admitted ? 404 : admission.status);
    sockets.handleUpgrade(request, stream, head, options.join);
  });
  return {
    port,
    url: `http://127.0.0.1:${port}/${guard.token}/`,
    async close(code = 1001) {
      for (const page of sockets.clients) page.close(code);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // A page that does not answer to the goodbye must not keep the command from ending.
      const timer = setTimeout(() => {
        for (const page of sockets.clients) page.terminate();
        server.closeAllConnections();
      }, 300);
      await closed;
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.removeAllListeners("error").on("error", () => {}); // of single connections
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number): unknown {
  if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return error;
  const why = error.code === "EACCES" ? "may not be used by this user" : "is in use";
  return new CommandError("port", `port ${port} ${why}; choose another with --port, or leave it out.`, {
    port,
  });
}

function answer(
  guard: RequestGuard,
  files: ReadonlyMap<string, PageFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const admission = guard.admit(request);
  if (!admission.admitted)
    return end(response, admission.status, admission.status === 405 ? { Allow: "GET, HEAD" } : {});
  const file = files.get(admission.path);
  if (file === undefined) return end(response, 404);
  response.writeHead(200, { "Content-Type": file.type, "Content-Length": file.bytes.length });
  response.end(request.method === "HEAD" ? undefined : file.bytes);
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...headers, "Content-Length": 0 }).end();
}

function refuseUpgrade(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
