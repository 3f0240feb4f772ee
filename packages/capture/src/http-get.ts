// One HTTP request to what may be an inspector, on a connection of its own: one that is kept alive would look like a
// debugger to others. Called where inspectors are looked for; cost: one round trip.

import http from "node:http";
import https from "node:https";
import type { Connect } from "./inspector/inspector-target.ts";

/** A browser with a thousand pages answers with half a megabyte. */
const LONGEST_ANSWER = 1 << 24;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Rejects with what the system says, or with the signal's reason. */
export function httpGet(
  url: URL,
  options: { signal: AbortSignal; connect?: Connect | undefined },
): Promise<HttpAnswer> {
  const { signal, connect } = options;
  return new Promise((resolve, reject) => {
    const { get } = url.protocol === "https:" ? https : http;
    const to = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) };
    const request = get(
      url,
      {
        headers: { Connection: "close" },
        signal,
        // Node takes a connection that is made here only where no agent is named, not even `false`.
        ...(connect === undefined ? { agent: false } : { createConnection: () => connect(to) }),
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("error", reject);
        response.on("data", (text: string) => {
          body += text;
          if (body.length > LONGEST_ANSWER) request.destroy(new Error("the answer has no end"));
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on("error", reject);
  });
}
