// The API in an application's own server: for Express, Connect and `http`, for Koa, and for Fastify.
//
// A server of the application is mostly public, and the agent is not: a request that came in on an address other than loopback has
// the 404 for strangers, right token or not, unless `http.expose` is "public" (http-api.ts). What counts is the address of the
// connection's near end. BEWARE of a proxy on the same machine (nginx, a side-car): what it forwards comes in on loopback, from
// wherever it was sent. There the proxy must refuse the prefix, and the token is all that protects.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Agent } from "../api.ts";
import type { HttpApi } from "./http-api.ts";

interface FastifyInstance {
  addHook(
    name: "onRequest",
    hook: (
      request: { raw: IncomingMessage },
      reply: { raw: ServerResponse; hijack(): void },
      next: () => void,
    ) => void,
  ): void;
}

/** The three of them; without an API each throws the error instead of being made. */
export function adapt(api: HttpApi | undefined, error: Error): Pick<Agent, "handler" | "koa" | "fastify"> {
  const demand = (): HttpApi => {
    if (api) return api;
    throw error;
  };
  return {
    handler() {
      const { handle } = demand();
      // Three parameters: Express calls a function with four for errors only.
      return (request, response, next) => void handle(request, response, next);
    },
    koa() {
      const { owns, handle } = demand();
      return async (context, next) => {
        if (!owns(context.req)) return next();
        context.respond = false;
        // Body parsers of Koa leave what they have read there.
        handle(
          context.req,
          context.res,
          undefined,
          (context as { request?: { body?: unknown } }).request?.body,
        );
        return undefined;
      };
    },
    fastify() {
      const { owns, handle } = demand();
      const plugin: ReturnType<Agent["fastify"]> = (instance, _options, done) => {
        // A hook rather than routes: it comes before the body is read, and answers all methods alike.
        (instance as FastifyInstance).addHook("onRequest", (request, reply, next) => {
          if (!owns(request.raw)) return next();
          reply.hijack();
          handle(request.raw, reply.raw);
        });
        done();
      };
      // The hook is for the instance that registers the plugin, not only for what the plugin adds.
      return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
    },
  };
}
