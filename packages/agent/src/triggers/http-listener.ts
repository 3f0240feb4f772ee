// An own server for the API, on loopback or a Unix socket, for services that have no server or do not want the agent in it. It
// treats everybody as an attacker until the right token has come:
//
// - a connection has ten seconds for that, however slowly it sends; of 512 that wait, the oldest makes room for the next one, so that
//   whoever opens thousands does not keep the owner out, who sends the request at once;
// - one request for each connection, so that there is nothing to smuggle a second one into; what Node's strict parser refuses, gets
//   no answer at all;
// - on loopback the `Host` must be a loopback name and there must be no `Origin`: a web page whose name was rebound to 127.0.0.1
//   is not an operator.
//
// Costs next to nothing until the first connection: only then `http` is loaded, and its server gets the socket. Nothing keeps the
// process alive. Ports in use and the like are events, never exceptions.

import net from "node:net";
import fs from "node:fs";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import type { HttpOptions } from "../api.ts";
import type { CaptureDesk, Trigger } from "../capture-desk.ts";
import { loadModule } from "../load-module.ts";
import { describePublic, type HttpApi, LOOPBACK, warn } from "./http-api.ts";
import { checkFolder } from "../private-folder.ts";

/** More than Node's backlog of 511, so that those that are accepted in one go do not throw each other out before they were read. */
const STRANGERS = 512;
const DEADLINE_MS = 10_000;
/** Longer ones are cut by the system, on some. */
const LONGEST_PATH = 103;

/** What a server needs to know, as soon as it is to start. */
export interface Service {
  readonly api: HttpApi;
  /** One of both: a port and host, or the path of a Unix socket. */
  readonly port?: number;
  readonly host?: string;
  readonly path?: string;
  readonly isWelcome?: (request: IncomingMessage) => boolean;
  readonly onListening?: () => void;
  /** Only if it did listen. */
  readonly onStop?: () => void;
}

/** The trigger behind `http.listen`: `7070`, `127.0.0.1:7070`, `[::1]:7070`; everything else is the path of a Unix socket. */
export function listen({ listen: place, expose }: HttpOptions, desk: CaptureDesk, api: HttpApi): Trigger {
  const detail = String(place);
  return openServer("http", desk, detail, 0, () => {
    const [, host = "127.0.0.1", port] = /^(?:([^/]*):)?(\d+)$/.exec(detail) ?? [];
    if (!port) {
      checkFolder(detail.replace(/[^/]*$/, "."), 0o022);
      return { api, path: detail };
    }
    if (!expose && !LOOPBACK.test(host)) throw Error(describePublic(host));
    return {
      api,
      port: +port,
      host: host.replace(/[[\]]/g, ""),
      // Other addresses have names of the owner's choice.
      isWelcome: ({ headers }) => !LOOPBACK.test(host) || (LOOPBACK.test(headers.host!) && !headers.origin),
    };
  });
}

/** Listens after `delayMs`, or tells why not. What `prepare` throws is the reason. */
export function openServer(
  name: "http" | "control",
  desk: CaptureDesk,
  place: string,
  delayMs: number,
  prepare: () => Service,
): Trigger {
  let detail = place;
  let service: Service | undefined;
  let server: Server | undefined;
  let http: HttpServer | undefined;
  let isStopped = false;
  const sockets = new Set<Socket>();
  /** Oldest first. */
  const strangers = new Set<Socket>();

  const stop = () => {
    if (isStopped) return;
    isStopped = true;
    clearTimeout(timer);
    service?.api.stop();
    // Node's own list does not have those that have said nothing.
    for (const socket of sockets) socket.destroy();
    if (server?.listening) service?.onStop?.();
    // Removes a Unix socket's file, and at once.
    server?.close();
  };

  const fail = (error: Error) => {
    if (isStopped) return;
    stop();
    detail += `: ${error.message}`;
    warn(desk, name, `${name} does not listen at ${detail}`);
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { api, isWelcome } = service!;
    // With `maxRequestsPerSocket` alone, Node says that it closes the connection, and does not.
    response.shouldKeepAlive = false;
    if (isWelcome?.(request) === false) api.deny(response);
    else if (api.handle(request, response)) strangers.delete(request.socket);
  };

  const accept = (socket: Socket) => {
    for (const oldest of strangers)
      if (strangers.size >= STRANGERS && strangers.delete(oldest)) oldest.destroy();
    const deadline = setTimeout(() => strangers.has(socket) && socket.destroy(), DEADLINE_MS).unref();
    strangers.add(socket);
    sockets.add(socket.unref());
    socket.on("close", () => {
      clearTimeout(deadline);
      strangers.delete(socket);
      sockets.delete(socket);
    });
    if (!http) {
      http = loadModule<typeof import("node:http")>("http")
        // A missing Host has our own 404; `--insecure-http-parser` is for the application's servers.
        .createServer(
          { maxHeaderSize: 8192, insecureHTTPParser: false, requireHostHeader: false } as object,
          answer,
        )
        // Else Node says 100 Continue or 417 before we are asked.
        .on("checkContinue", answer)
        .on("checkExpectation", answer)
        .on("clientError", (_error, socket) => socket.destroy());
      http.maxRequestsPerSocket = 1;
    }
    http.emit("connection", socket);
  };

  const start = async () => {
    service = prepare();
    const { path, port, host, onListening } = service;
    if (path) await removeDeadSocket(path);
    if (isStopped) return;
    server = net.createServer({ keepAlive: true }, accept);
    server
      .on("error", (error) => server!.listening || fail(error))
      .on("listening", () => {
        try {
          if (path) fs.chmodSync(path, 0o600);
          detail = path ?? `${host}:${(server!.address() as AddressInfo).port}`;
          onListening?.();
        } catch (error) {
          fail(error as Error);
        }
      });
    // Exclusive: of a cluster's workers the first one has it; otherwise requests would go to any of them.
    // Not both: a `port` that is there but undefined is any port, on all addresses.
    server.listen({ ...(path ? { path } : { port, host }), exclusive: true } as object).unref();
  };
  const timer = setTimeout(() => start().catch(fail), delayMs).unref();

  return { describe: () => ({ active: server?.listening ?? false, detail }), stop };
}

/** A socket file of ours that nobody listens at is removed; everything else stays, and is an error. */
async function removeDeadSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST_PATH) throw Error("the path is too long");
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stat && !(stat.isSocket() && stat.uid === process.getuid?.() && (await isDead(path))))
    throw Error("it is in use");
  fs.rmSync(path, { force: true });
}

/** Does nobody listen at this socket file, or what is left of it? */
function isDead(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net
      .connect(path, () => {
        socket.destroy();
        resolve(false);
      })
      .on("error", ({ code }: NodeJS.ErrnoException) => resolve(/REFUSED|NOENT/.test(code!)))
      .unref();
  });
}
