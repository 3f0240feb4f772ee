// The HTTP API: captures, their files and the status, for whoever has the token. It is the same code behind the application's own
// server, the own listener and the control socket, and knows of neither; they call `handle`.
//
//   POST PREFIX/capture                    CaptureRequest & { answer?: "file" | "id" | "result" } → the file, { id }, a Capture
//   POST PREFIX/captures/ID                → { state, capture?, error? }
//   POST PREFIX/captures/ID/files/N        → file N
//   POST PREFIX/captures/ID/remove         → { removed }; by the control socket only
//   POST PREFIX/status                     → AgentStatus
//
// Strangers learn nothing: without the right token every path and method has one and the same empty 404, decided before anything of
// the body is read, from the raw path (not decoded, not normalised: what is not exactly a route is none), with headers that others
// set taken away. Tokens are compared by their hashes in constant time.
//
// Guessing: the token has 128 bits or more (token.ts), so a million guesses a second do not find it while the universe lasts.
// A lock-out would therefore protect nothing, and would hand everybody a switch to keep the owner out. So wrong tokens are counted
// and said (`heapscope.http.denied`, at most once a minute, an error if there were many), but the right one is always heard.

import { createHash, timingSafeEqual } from "node:crypto";
import { pipeline } from "node:stream";
import fs from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "../agent-error.ts";
import type { AgentError, Capture, CaptureRequest, HttpOptions, TriggerName } from "../api.ts";
import type { CaptureDesk } from "../capture-desk.ts";

const MAX_BODY = 4096;
const BODY_DEADLINE_MS = 5000;
const MINUTE = 60_000;

/** An address or a `Host` that is this machine's own. */
export const LOOPBACK: RegExp = /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|\[?::1]?)(:\d{1,5})?$/i;
const ROUTE = /^\/(?:(capture|status)|captures\/([\w-]{1,80})(?:\/(?:(remove)|files\/(\d{1,4})))?)$/;

/** All others are 500. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  "bad-options": 400,
  busy: 409,
  cooldown: 429,
  "rate-limit": 429,
  "quiet-hours": 429,
  failed: 500,
  unsupported: 501,
  stopped: 503,
  "would-not-fit": 507,
};

/** Why an address is refused. */
export const describePublic = (address: string): string =>
  `${address}: not loopback, and http.expose is not "public"`;

export function warn(desk: CaptureDesk, trigger: TriggerName, message: string): void {
  desk.tell({
    name: "heapscope.agent.warning",
    severity: "warn",
    message,
    attributes: { "heapscope.trigger": trigger },
  });
}

type Next = (error?: unknown) => void;

export interface HttpApi {
  /** Is the path within the prefix? */
  owns(this: void, request: IncomingMessage): boolean;
  /**
   * Answers, or calls `next` if there is one and the path is not within the prefix. `body`: what somebody else has read already.
   * Never throws. Returns whether the request had the right token.
   */
  handle(
    this: void,
    request: IncomingMessage,
    response: ServerResponse,
    next?: Next,
    body?: unknown,
  ): boolean;
  /** The answer for strangers, and one more of them counted. */
  deny(response: ServerResponse): void;
  /** What is still to be said of strangers is not said. */
  stop(): void;
}

/** By `control` files may be removed, too. */
export function createApi(
  { token, path: prefix = "/heapscope", expose, attempts = 20 }: HttpOptions,
  desk: CaptureDesk,
  trigger: "http" | "control" = "http",
): HttpApi {
  let expected: Buffer | undefined;
  let denials = 0;
  let timer: NodeJS.Timeout | undefined;

  const hasToken = ({ headers }: IncomingMessage): boolean => {
    const hash = (text = "") => createHash("sha256").update(text).digest();
    return timingSafeEqual(
      hash(/^Bearer +(\S+)$/i.exec(headers.authorization!)?.[1]),
      (expected ??= hash(token)),
    );
  };

  /** The path after the prefix. Express takes away what it has mounted a handler at, so its `originalUrl` counts, too. */
  const findPath = (request: IncomingMessage & { originalUrl?: string }): string | undefined =>
    [request.url, request.originalUrl]
      .find((url) => `${url}/`.startsWith(`${prefix}/`))
      ?.slice(prefix.length);

  const report = (): void => {
    timer = undefined;
    if (!denials) return;
    desk.tell({
      name: "heapscope.http.denied",
      severity: denials > attempts ? "error" : "warn",
      message: `${denials} refused without the right token`,
      attributes: { "heapscope.trigger": trigger, "heapscope.http.denied": denials },
    });
    denials = 0;
    timer = setTimeout(report, MINUTE).unref();
  };

  const deny = (response: ServerResponse): void => {
    denials++;
    if (!timer) report();
    answer(response, 404);
  };

  /** Loopback, a Unix socket, or told twice. */
  const mayAnswerAt = (address = "::1"): boolean => {
    if (expose || LOOPBACK.test(address)) return true;
    warn(desk, trigger, `the right token was refused at ${describePublic(address)}`);
    return false;
  };

  const serve = async (
    [, action, id, remove, index]: RegExpExecArray,
    request: IncomingMessage & { body?: unknown },
    response: ServerResponse,
    body: unknown,
  ): Promise<void> => {
    if (action === "status") return answer(response, 200, desk.status());
    if (action) {
      // If somebody has read the body, no end of it will come here.
      const { answer: kind = "file", ...wish } = parseBody(
        request.readableDidRead ? (body ?? request.body ?? "") : await readBody(request),
      );
      if (!/^(file|id|result)$/.test(kind))
        throw new Refusal("bad-options", "answer must be file, id or result");
      const pending = desk.capture(wish, trigger);
      if (kind === "id" && pending.id) return answer(response, 202, { id: pending.id });
      const capture = await pending.result;
      return kind === "result" ? answer(response, 200, capture) : sendFile(response, capture, 0);
    }
    const pending = desk.find(id!);
    const { capture, error } = pending ?? {};
    if (capture && index) return sendFile(response, capture, +index);
    if (capture && remove && trigger === "control")
      return answer(response, 200, { removed: removeFiles(capture) });
    if (!pending || index || remove) return answer(response, 404);
    answer(response, 200, {
      state: capture ? "done" : error ? "failed" : "running",
      capture,
      error: error && describe(error),
    });
  };

  return {
    owns: (request) => findPath(request) !== undefined,
    handle(request, response, next, body) {
      const path = findPath(request);
      if (path === undefined && next) {
        next();
        return false;
      }
      try {
        const isRight = hasToken(request);
        const route = ROUTE.exec(path!);
        // Whoever has gone has taken the socket's address along: nothing is done for them.
        if (request.socket.destroyed) return isRight;
        if (!isRight) deny(response);
        else if (route && request.method === "POST" && mayAnswerAt(request.socket.localAddress))
          serve(route, request, response, body)
            .catch((reason) => {
              const error = describe(reason);
              answer(response, STATUS_OF_CODE[error.code]!, { error }, error.retryAfterMs);
            })
            // As below.
            .catch(() => {});
        else answer(response, 404);
        return isRight;
      } catch {
        // Whatever an application has made of request and response: it must not hear of it.
        return false;
      }
    },
    deny,
    stop: () => clearTimeout(timer),
  };
}

function describe({ code, message, retryAfterMs }: Partial<AgentError>) {
  return { code: STATUS_OF_CODE[code!] ? code! : "failed", message, retryAfterMs };
}

/** The body as it came, at most 4 KiB of it and not for long. */
function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = "";
    const settle = () => {
      clearTimeout(deadline);
      // What still comes is thrown away.
      request.off("data", take).resume();
      if (request.readableEnded && bytes.length <= MAX_BODY) resolve(Buffer.from(bytes, "latin1").toString());
      else reject(new Refusal("bad-options", `more than ${MAX_BODY} bytes, or too slow`));
    };
    const take = (piece: string) => {
      bytes += piece;
      if (bytes.length > MAX_BODY) settle();
    };
    const deadline = setTimeout(settle, BODY_DEADLINE_MS).unref();
    request.setEncoding("latin1").on("data", take).on("end", settle).on("error", settle).on("close", settle);
  });
}

function parseBody(body: unknown): CaptureRequest & { answer?: string } {
  try {
    const text = typeof body === "object" && !Buffer.isBuffer(body) ? JSON.stringify(body) : String(body);
    if (/^\s*({|$)/.test(text)) return JSON.parse(text || "{}");
  } catch {}
  throw new Refusal("bad-options", "the body is not a JSON object");
}

/** Its files and their records; those that are still to be sent away stay, and retention removes them when they were. */
function removeFiles({ files }: Capture): number {
  return files.filter(({ path }) => {
    if (fs.existsSync(path.replace(/[^/\\]+$/, ".$&.exports.json"))) return false;
    for (const name of [path, `${path}.json`]) fs.rmSync(name, { force: true });
    return true;
  }).length;
}

/** JSON, or nothing at all. */
function answer(response: ServerResponse, status: number, body?: object, retryAfterMs?: number): void {
  const text = body ? JSON.stringify(body) : "";
  const isBegun = begin(response, status, {
    ...(body && { "content-type": "application/json" }),
    ...(retryAfterMs && { "retry-after": Math.ceil(retryAfterMs / 1000) }),
    "content-length": Buffer.byteLength(text),
  });
  if (isBegun) response.end(text);
}

/** Sends the head, without what others have set. `false`: there is nobody to send it to. */
function begin(response: ServerResponse, status: number, headers: Record<string, string | number>): boolean {
  if (response.headersSent || response.destroyed) return false;
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.on("error", () => {}).writeHead(status, headers);
  return true;
}

/** As fast as the client takes it. If it goes away, the file is closed and nothing else happens. */
async function sendFile(response: ServerResponse, { id, files }: Capture, index: number): Promise<void> {
  const file = files[index];
  if (!file) return answer(response, 404);
  const handle = await fs.promises.open(file.path);
  const isBegun = begin(response, 200, {
    "content-type": "application/octet-stream",
    "content-length": (await handle.stat()).size,
    "content-disposition": `attachment; filename="${file.path.replace(/.*[/\\]|[^\w.-]/gs, "")}"`,
    "x-heapscope-id": id,
    "x-heapscope-sha256": file.sha256,
  });
  if (!isBegun) return handle.close();
  pipeline(handle.createReadStream(), response, () => {});
}
