import { once } from "node:events";
import fs from "node:fs";
import http, { type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import express from "express";
import fastify from "fastify";
import Koa from "koa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFakeDesk, exchange, type FakeDesk, TOKEN, withoutDate } from "../../test/fake-desk.ts";
import { adapt } from "./frameworks.ts";
import { createApi, type HttpApi } from "./http-api.ts";

let folder: string;
let desk: FakeDesk;
let api: HttpApi;
let adapters: ReturnType<typeof adapt>;
const ends: (() => unknown)[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "frameworks-"));
  desk = createFakeDesk(folder);
  api = createApi({ token: TOKEN }, desk);
  adapters = adapt(api, new Error("no token"));
});
afterEach(async () => {
  api.stop();
  for (const end of ends.splice(0)) await end();
  fs.rmSync(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<number> {
  const server = http.createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Applications that answer `application` at `/`, and read JSON bodies before the agent gets to see the request. */
const applications: Readonly<Record<string, () => Promise<number>>> = {
  http: () =>
    serve((request, response) => {
      response.setHeader("x-powered-by", "http");
      adapters.handler()(request, response, () => response.end("application"));
    }),
  "Express, before parsers": () => {
    const application = express();
    application
      .use(adapters.handler())
      .use(express.json())
      .get("/", (_request, response) => void response.send("application"));
    return serve(application);
  },
  "Express, behind parsers": () => {
    const application = express();
    application.use(express.json(), express.urlencoded());
    application.use(adapters.handler()).get("/", (_request, response) => void response.send("application"));
    return serve(application);
  },
  "Express, at its path": () => {
    const application = express();
    application
      .use("/heapscope", adapters.handler())
      .get("/", (_request, response) => void response.send("application"));
    return serve(application);
  },
  "Express, in a router of another path": () => {
    const application = express();
    application.use("/internal", express.Router().use("/x", adapters.handler()));
    application
      .use(express.Router().use(adapters.handler()))
      .get("/", (_request, response) => void response.send("application"));
    return serve(application);
  },
  Koa: () => {
    const application = new Koa();
    application.use(async (context, next) => {
      context.set("x-powered-by", "koa");
      await next();
    });
    application.use(adapters.koa()).use((context) => {
      context.body = "application";
    });
    return serve(application.callback());
  },
  "Koa, behind a parser": () => {
    const application = new Koa();
    application.use(async (context, next) => {
      let text = "";
      for await (const piece of context.req) text += String(piece);
      // As koa-bodyparser does.
      Object.assign(context.request, { body: text === "" ? {} : JSON.parse(text) });
      await next();
    });
    application.use(adapters.koa()).use((context) => {
      context.body = "application";
    });
    return serve(application.callback());
  },
  Fastify: async () => {
    const application = fastify({ forceCloseConnections: true });
    await application.register(adapters.fastify());
    application.get("/", () => "application");
    await application.listen({ port: 0, host: "127.0.0.1" });
    ends.push(() => application.close());
    return (application.server.address() as AddressInfo).port;
  },
};

describe.each(Object.entries(applications))("in %s", (_, start) => {
  const head = (method: string, where: string, token = TOKEN): string =>
    `${method} ${where} HTTP/1.1\r\nHost: service.example\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\n`;

  test("who has the token gets the file, and what is asked for in the body", async () => {
    const port = await start();
    const response = await fetch(`http://127.0.0.1:${port}/heapscope/capture`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ label: "from the application", threads: "main" }),
    });
    expect([response.status, await response.text()]).toEqual([200, "a snapshot"]);
    expect(desk.asked).toEqual([
      { request: { label: "from the application", threads: "main" }, trigger: "http" },
    ]);
  });

  test("a body that nobody has announced as JSON is read, too", async () => {
    const port = await start();
    const response = await fetch(`http://127.0.0.1:${port}/heapscope/capture`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/octet-stream" },
      body: '{"answer":"result"}',
    });
    expect(await response.json()).toMatchObject({ files: [{ bytes: 10 }] });
  });

  test("no body is needed", async () => {
    const port = await start();
    expect(await exchange({ port, host: "127.0.0.1" }, `${head("POST", "/heapscope/status")}\r\n`)).toMatch(
      /^HTTP\/1\.1 200 [^]*\{"schema"/,
    );
  });

  test("strangers get the one empty 404, whatever the path and method", async () => {
    const port = await start();
    for (const method of ["POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
      for (const where of ["", "/", "/capture", "/nothing", "/captures/__proto__"]) {
        const answer = await exchange(
          { port, host: "127.0.0.1" },
          `${head(method, `/heapscope${where}`, "wrong")}\r\n`,
        );
        expect(withoutDate(answer)).toBe(
          "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nConnection: close\r\n\r\n",
        );
      }
    expect(desk.asked).toEqual([]);
  });

  test("everything else is the application's, also with the token", async () => {
    const port = await start();
    expect(await exchange({ port, host: "127.0.0.1" }, `${head("GET", "/")}\r\n`)).toMatch(/application$/);
    expect(
      await exchange({ port, host: "127.0.0.1" }, `${head("POST", "/heapscopes/status")}\r\n`),
    ).not.toContain("schema");
    expect(desk.events).toEqual([]);
  });
});

test("in Fastify, the application's own hooks and answers beside it stay as they were", async () => {
  const application = fastify({ forceCloseConnections: true });
  const seen: string[] = [];
  application.addHook("onResponse", async (request) => void seen.push(request.url));
  await application.register(adapters.fastify());
  application.post("/echo", (request) => request.body);
  const response = await application.inject({ method: "POST", url: "/echo", payload: { a: 1 } });
  expect(response.json()).toEqual({ a: 1 });
  expect((await application.inject({ method: "POST", url: "/heapscope/status" })).statusCode).toBe(404);
  expect(seen).toContain("/echo");
  await application.close();
});

test("an error that the application throws behind the handler is its own", () => {
  const request = { url: "/", headers: {} } as http.IncomingMessage;
  const broken = (): void => {
    throw new Error("of the application");
  };
  expect(() => adapters.handler()(request, {} as http.ServerResponse, broken)).toThrow("of the application");
});

test("what a request or response of another kind does is not thrown into the application", () => {
  expect(() =>
    adapters.handler()({ url: "/heapscope/status" } as http.IncomingMessage, {} as http.ServerResponse),
  ).not.toThrow();
});

test("without a token there are no handlers", () => {
  const none = adapt(undefined, new Error("no token"));
  for (const make of [none.handler, none.koa, none.fastify]) expect(() => make()).toThrow("no token");
});
