// One HTTP request, its body streamed from the disk: 64 KiB at a time are in memory, whatever the file's size. Redirects are
// not followed, since a signature is for one place only, and proxies (HTTPS_PROXY) are not used. Each request has its own
// connection: files go out every few minutes at most, and an idle connection would only be one that a server may close.
//
// Nothing moving for `idleMs`, connecting included, ends the request. Of an answer 64 KiB are read.

import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { pipeline } from "node:stream";
import { exportFailure } from "./export-failure.ts";

/** Bytes of a file. */
export interface Piece {
  readonly path: string;
  readonly start: number;
  readonly length: number;
}

export interface Answer {
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

const LONGEST_ANSWER = 65_536;

/** Rejects unless the answer is a success that came after all of the body was taken. */
export function request(
  url: URL,
  what: {
    readonly method: string;
    readonly path?: string;
    readonly headers: Readonly<Record<string, string>>;
  },
  body: Piece | string,
  idleMs: number,
): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const isText = typeof body === "string";
    const call = (url.protocol === "http:" ? http : https).request(
      url,
      {
        ...what,
        headers: { ...what.headers, "content-length": isText ? Buffer.byteLength(body) : body.length },
        agent: false,
        timeout: idleMs,
      },
      (response) => {
        let text = "";
        const end = (): void => {
          const { statusCode: status = 0, headers } = response;
          // S3 says 200 as soon as it begins to put parts together, and an error afterwards.
          const code = /<Error[ >][^]*?<Code>(\w{3,40})</.exec(text)?.[1];
          if (code || status < 200 || status > 299) reject(exportFailure(code ?? `http-${status}`));
          else if (!call.writableFinished) reject(exportFailure("early-answer"));
          else resolve({ headers, text });
          call.destroy();
        };
        response.setEncoding("latin1");
        response.on("data", (piece: string) => {
          text += piece;
          if (text.length > LONGEST_ANSWER) end();
        });
        response.on("end", end).on("error", reject);
      },
    );
    call.on("timeout", () => call.destroy(exportFailure("timeout"))).on("error", reject);
    call.on("close", () => reject(exportFailure("closed")));
    if (isText || body.length === 0) {
      call.end(isText ? body : "");
      return;
    }
    const file = readPiece(body).on("error", (error: NodeJS.ErrnoException) => {
      // Of the disk, which the request would show as a connection that was closed.
      if (error.syscall) reject(error);
    });
    // An answer that comes early ends both; it is the answer that counts then.
    pipeline(file, call, (error) => error && call.destroy(error));
  });
}

/** Must have bytes. A link that somebody put in its place is not followed. */
export function readPiece({ path, start, length }: Piece): fs.ReadStream {
  const { O_RDONLY, O_NOFOLLOW } = fs.constants;
  // Numbers are what it takes, whatever its type says.
  const flags = (O_RDONLY | O_NOFOLLOW) as unknown as string;
  return fs.createReadStream(path, { start, end: start + length - 1, flags });
}
