// Who may ask the local server. Other pages of the same browser, other users of the same machine and names that somebody
// points at 127.0.0.1 ("DNS rebinding") can all reach its port; what is in a heap is for nobody but the user. So a request
// needs the secret that only the printed address holds, must be meant for this very server (`Host`), and must not come
// from another page (`Origin`). Who is at the other end of the connection is told by peer-user.ts, before.

import { randomBytes, timingSafeEqual } from "node:crypto";

/** The parts of a request that matter; Node's own fits. */
export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: { readonly host?: string | undefined; readonly origin?: string | undefined };
}

export type Admission =
  | { readonly admitted: true; readonly path: string }
  | { readonly admitted: false; readonly status: 403 | 404 | 405 };

export class RequestGuard {
  /** 128 random bits, as the first part of every path. */
  readonly token: string = randomBytes(16).toString("base64url");
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    // A browser leaves out the port that is usual.
    const suffix = port === 80 ? "" : `:${port}`;
    this.#hosts = new Set([`127.0.0.1${suffix}`, `localhost${suffix}`]);
  }

  /** Judges a request for a file. */
  admit(request: GuardedRequest): Admission {
    const { origin } = request.headers;
    if (!this.#isMeantForUs(request) || (origin !== undefined && !this.#isFromUs(request)))
      return refuse(403);
    const [word, path] = splitPath(request.url);
    if (path === undefined || !isSame(word, this.token)) return refuse(404);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
    return { admitted: true, path };
  }

  /** Judges a request for a connection, which every browser sends with its origin. */
  admitSocket(request: GuardedRequest): Admission {
    if (!this.#isMeantForUs(request) || !this.#isFromUs(request)) return refuse(403);
    return this.admit(request);
  }

  #isMeantForUs({ headers }: GuardedRequest): boolean {
    return this.#hosts.has(headers.host?.toLowerCase() ?? "");
  }

  #isFromUs({ headers }: GuardedRequest): boolean {
    return headers.origin === `http://${headers.host?.toLowerCase()}`;
  }
}

/** The first part of the path and the rest of it, not decoded; no rest without a second slash. */
function splitPath(url: string = ""): [word: string, rest: string | undefined] {
  const [, word = "", rest] = /^\/([^/?#]*)(?:\/([^?#]*))?/.exec(url) ?? [];
  return [word, rest];
}

/** Takes the same time however much of it is right. */
function isSame(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(status: 403 | 404 | 405): Admission {
  return { admitted: false, status };
}
