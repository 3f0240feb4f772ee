import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeDesk, exchange, type FakeDesk, TOKEN, withoutDate } from "../../test/fake-desk.ts";
import { Refusal } from "../agent-error.ts";
import type { HttpOptions } from "../api.ts";
import { createApi, type HttpApi } from "./http-api.ts";

let folder: string;
let desk: FakeDesk;
let api: HttpApi;
let server: http.Server;
let base: string;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "http-api-"));
  desk = createFakeDesk(folder);
  await serve({ token: TOKEN });
});
afterEach(async () => {
  await end();
  fs.rmSync(folder, { recursive: true });
});

/** Answers with a new API, in a server that sets headers of its own, as applications do. */
async function serve(
  options: HttpOptions,
  trigger?: "control",
  prepare?: (request: http.IncomingMessage) => void,
): Promise<void> {
  if (server?.listening) await end();
  api = createApi(options, desk, trigger);
  server = http.createServer((request, response) => {
    response.setHeader("x-powered-by", "Application");
    response.setHeader("access-control-allow-origin", "*");
    prepare?.(request);
    api.handle(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/heapscope`;
}

async function end(): Promise<void> {
  api.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function post(where: string, body: unknown = "", headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${base}${where}`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const port = (): net.NetConnectOpts => ({ port: (server.address() as AddressInfo).port, host: "127.0.0.1" });

/** Of captures, in this process. */
function openFiles(): string[] {
  return fs.readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

describe("whoever has the token", () => {
  test("gets the file, with its size, name and hash, when it is whole", async () => {
    const content = Buffer.alloc(3e6, "0123456789");
    desk.contents = [content, Buffer.from("of a worker")];
    const response = await post("/capture", { label: "before\r\nset-cookie: a=b", threads: "all" });
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(response.status).toBe(200);
    const [call] = desk.asked;
    expect(call).toEqual({
      request: { label: "before\r\nset-cookie: a=b", threads: "all" },
      trigger: "http",
    });
    const headers = Object.fromEntries(response.headers);
    for (const name of ["date", "connection", "keep-alive"]) delete headers[name];
    expect(headers).toEqual({
      "content-type": "application/octet-stream",
      "content-length": "3000000",
      "content-disposition": expect.stringMatching(
        /^attachment; filename="heap-snapshot-host-\d+-0-[\da-f]{8}\.heapsnapshot"$/,
      ),
      "x-heapscope-id": expect.stringMatching(/^[\da-f]{32}$/),
      "x-heapscope-sha256": createHash("sha256").update(content).digest("hex"),
    });
  });

  test("gets an id at once, then the state, then any of the files", async () => {
    let open!: (value?: unknown) => void;
    desk.gate = new Promise((resolve) => (open = resolve));
    desk.contents = [Buffer.from("of main"), Buffer.from("of a worker")];
    const response = await post("/capture", { answer: "id" });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    expect(await (await post(`/captures/${id}`)).json()).toEqual({ state: "running" });
    expect((await post(`/captures/${id}/files/0`)).status).toBe(404);
    open();
    await desk.find(id)!.result;
    expect(await (await post(`/captures/${id}`)).json()).toMatchObject({ state: "done", capture: { id } });
    expect(await (await post(`/captures/${id}/files/0`)).text()).toBe("of main");
    expect(await (await post(`/captures/${id}/files/1`)).text()).toBe("of a worker");
    expect((await post(`/captures/${id}/files/2`)).status).toBe(404);
  });

  test("gets the result as JSON", async () => {
    const response = await post("/capture", { answer: "result", recorder: "memory-record" });
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toMatchObject({
      recorder: "memory-record",
      trigger: "http",
      files: [{ bytes: 10 }],
    });
  });

  test("needs no body, and may say bearer in small letters", async () => {
    expect(await (await post("/capture", "", { authorization: `bearer ${TOKEN}` })).text()).toBe(
      "a snapshot",
    );
    expect(desk.asked).toEqual([{ request: {}, trigger: "http" }]);
  });

  test("gets the status", async () => {
    expect(await (await post("/status")).json()).toMatchObject({
      schema: "heapscope/agent-status@1",
      pid: process.pid,
    });
  });

  test("hears why a capture failed that it asked for by id", async () => {
    desk.refusal = { error: new Refusal("failed", "the disk is full"), late: true };
    const { id } = (await (await post("/capture", { answer: "id" })).json()) as { id: string };
    await desk.find(id)!.result.catch(() => {});
    expect(await (await post(`/captures/${id}`)).json()).toEqual({
      state: "failed",
      error: { code: "failed", message: "the disk is full" },
    });
  });

  test.each([
    ["busy", 409],
    ["cooldown", 429],
    ["rate-limit", 429],
    ["quiet-hours", 429],
    ["would-not-fit", 507],
    ["unsupported", 501],
    ["stopped", 503],
    ["bad-options", 400],
    ["failed", 500],
  ] as const)("hears of a refusal %s as %i", async (code, status) => {
    for (const answer of ["file", "id", "result"]) {
      desk.refusal = { error: new Refusal(code, "why", 1500), late: false };
      const response = await post("/capture", { answer });
      expect(response.status).toBe(status);
      expect(response.headers.get("retry-after")).toBe("2");
      expect(await response.json()).toEqual({ error: { code, message: "why", retryAfterMs: 1500 } });
    }
  });

  test("hears of an error that is no refusal as failed", async () => {
    desk.refusal = { error: Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC" }), late: false };
    const response = await post("/capture");
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: { code: "failed", message: "ENOSPC: no space" } });
  });

  test("hears of it if a desk throws", async () => {
    Object.assign(desk, {
      status() {
        throw new Error("no status");
      },
    });
    expect(await (await post("/status")).json()).toEqual({ error: { code: "failed", message: "no status" } });
  });

  test("hears that retention has removed the file", async () => {
    const { id, files } = (await (await post("/capture", { answer: "result" })).json()) as {
      id: string;
      files: { path: string }[];
    };
    fs.rmSync(files[0].path);
    const response = await post(`/captures/${id}/files/0`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({
      error: { code: "failed", message: expect.stringContaining("ENOENT") },
    });
  });

  test.each([
    ["a list", "[]"],
    ["text", '"x"'],
    ["a number", "5"],
    ["null", "null"],
    ["half of an object", '{"recorder":'],
    ["two objects", "{}{}"],
    ["a comment", "{/**/}"],
    ["brackets in brackets", "[".repeat(4000)],
    ["objects in objects that do not end", '{"a":'.repeat(800)],
    ["a byte order mark", "\uFEFF{}"],
    ["an unknown name", '{"recorders":"x"}'],
    ["__proto__", '{"__proto__":{"recorder":"x"}}'],
    ["constructor", '{"constructor":{"prototype":{"polluted":1}}}'],
    ["an unknown answer", '{"answer":"files"}'],
    ["an answer that is a list", '{"answer":["file","x"]}'],
  ])("hears that %s is no request", async (_, body) => {
    const response = await post("/capture", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: { code: "bad-options", message: expect.any(String) } });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(({} as Record<string, unknown>)["recorder"]).toBeUndefined();
  });

  test("may send 4096 bytes, and not one more, with or without Content-Length", async () => {
    const largest = `{"label":"x"}${" ".repeat(4096 - 13)}`;
    expect((await post("/capture", largest)).status).toBe(200);
    expect((await post("/capture", `${largest} `)).status).toBe(400);
    const head = `POST /heapscope/capture HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    expect(await exchange(port(), head + chunk(largest) + chunk("") + "\r\n")).toMatch(/^HTTP\/1\.1 200 /);
    expect(await exchange(port(), head + chunk(largest) + chunk(" "))).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("is not waited for longer than five seconds when the body does not come", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const arrived = once(server, "request");
      const answer = exchange(
        port(),
        `POST /heapscope/capture HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 10\r\n\r\n{`,
      );
      await arrived;
      // The handler was called; the first byte of the body may still be on its way, which makes no difference.
      vi.advanceTimersByTime(5000);
      expect(await answer).toMatch(/^HTTP\/1\.1 400 /);
    } finally {
      vi.useRealTimers();
    }
    expect(desk.asked).toEqual([]);
  });

  test("may go away while a file is streamed: it is closed, and the next one is served", async () => {
    desk.contents = [Buffer.alloc(50e6, "x")];
    const socket = net.connect(port());
    socket.write(`POST /heapscope/capture HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    await once(socket, "readable");
    // Nobody reads on, so the file waits: not all of it went to memory.
    expect(openFiles()).toHaveLength(1);
    socket.destroy();
    await vi.waitFor(() => expect(openFiles()).toEqual([]), { timeout: 20_000 });
    expect((await post("/status")).status).toBe(200);
    expect(desk.events).toEqual([]);
  });

  test("may go away while the capture is made: it ends, and no file stays open", async () => {
    let open!: (value?: unknown) => void;
    desk.gate = new Promise((resolve) => (open = resolve));
    const socket = net.connect(port());
    socket.write(`POST /heapscope/capture HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
    const [request] = (await once(server, "request")) as [http.IncomingMessage];
    await vi.waitFor(() => expect(desk.asked).toHaveLength(1));
    socket.destroy();
    await once(request.socket, "close");
    open();
    expect((await post("/status")).status).toBe(200);
    await vi.waitFor(() => expect(openFiles()).toEqual([]), { timeout: 20_000 });
  });

  test("is heard however many wrong tokens came before", async () => {
    for (let round = 0; round < 50; round++)
      expect((await post("/status", "", { authorization: `Bearer ${round}` })).status).toBe(404);
    expect((await post("/status")).status).toBe(200);
  });
});

describe("strangers", () => {
  const wrong = TOKEN.replace(/.$/, "f");
  /** Everything that is refused; each is the head up to its last line. */
  const requests: readonly (readonly [string, string])[] = [
    ["no token", "POST /heapscope/capture HTTP/1.1"],
    ["an empty token", "POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer "],
    ["a short token", `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer ${TOKEN.slice(0, -1)}`],
    ["a longer token", `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer ${TOKEN}0`],
    ["a near token", `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer ${wrong}`],
    [
      "the token in capitals",
      `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer ${TOKEN.toUpperCase()}`,
    ],
    ["the token as basic", `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Basic ${TOKEN}`],
    ["the token alone", `POST /heapscope/capture HTTP/1.1\r\nAuthorization: ${TOKEN}`],
    [
      "a wrong token, then the right one",
      `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer x\r\nAuthorization: Bearer ${TOKEN}`,
    ],
    [
      "the token after a comma",
      `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer x, Bearer ${TOKEN}`,
    ],
    ["the token in the query", `POST /heapscope/capture?token=${TOKEN} HTTP/1.1`],
    ["the token in a cookie", `POST /heapscope/capture HTTP/1.1\r\nCookie: token=${TOKEN}`],
    ["a token of 12 KB", `POST /heapscope/capture HTTP/1.1\r\nAuthorization: Bearer ${"x".repeat(12_000)}`],
    ["a path that does not exist", `POST /heapscope/nothing HTTP/1.1`],
    ["GET", "GET /heapscope/status HTTP/1.1"],
    ["HEAD", "HEAD /heapscope/status HTTP/1.1"],
    [
      "OPTIONS",
      "OPTIONS /heapscope/status HTTP/1.1\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST",
    ],
    ["PUT", "PUT /heapscope/capture HTTP/1.1"],
    ["TRACE", "TRACE /heapscope/capture HTTP/1.1"],
    ["an upgrade", "POST /heapscope/capture HTTP/1.1\r\nConnection: close, Upgrade\r\nUpgrade: websocket"],
  ];
  const authorised = (start: string, ...more: string[]): string =>
    [start, `Authorization: Bearer ${TOKEN}`, ...more].join("\r\n");
  const withToken: readonly (readonly [string, string])[] = [
    ...["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"].map(
      (method) => [`${method} with the token`, authorised(`${method} /heapscope/capture HTTP/1.1`)] as const,
    ),
    ...[
      "",
      "/",
      "/capture/",
      "/capture?",
      "/capture?x",
      "/capture#x",
      "/capture;x",
      "/Capture",
      "//capture",
      "/./capture",
      "/x/../capture",
      "/%63apture",
      "/capture%00",
      "/capture%0d%0aX:y",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/../../etc/passwd",
      "/status/../capture",
      "/captures",
      "/captures/",
      "/captures/nobody",
      "/captures/__proto__",
      "/captures/constructor",
      "/captures/..",
      "/captures/%2e%2e",
      `/captures/${"a".repeat(5000)}`,
      "/captures/__proto__/files/0",
      "/captures/toString/remove",
      ...[
        "-1",
        "NaN",
        "1e9",
        "1000000000",
        "9999",
        "__proto__",
        "0x0",
        "0.0",
        "",
        "0/",
        "length",
        "../0",
      ].map((index) => `/captures/ID/files/${index}`),
      "/captures/ID/remove",
      "/captures/ID/removes",
    ].map(
      (where) =>
        [`the token for ${where.slice(0, 40)}`, authorised(`POST /heapscope${where} HTTP/1.1`)] as const,
    ),
    ["the token for //heapscope", authorised("POST //heapscope/capture HTTP/1.1")],
    ["the token for heapscopes", authorised("POST /heapscopes/capture HTTP/1.1")],
    ["the token in absolute form", authorised("POST http://127.0.0.1/heapscope/capture HTTP/1.1")],
    ["the token for *", authorised("OPTIONS * HTTP/1.1")],
    ["the token for /", authorised("POST / HTTP/1.1")],
  ];

  test.each([...requests, ...withToken])("with %s have the one empty 404", async (_, head) => {
    const { id, files } = (await (await post("/capture", { answer: "result" })).json()) as {
      id: string;
      files: { path: string }[];
    };
    const before = desk.asked.length;
    const answer = await exchange(
      port(),
      `${head.replace("ID", id)}\r\nHost: x\r\nContent-Length: 2\r\n${/Connection/.test(head) ? "" : "Connection: close\r\n"}\r\n{}`,
    );
    expect(withoutDate(answer)).toBe(
      "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nConnection: close\r\n\r\n",
    );
    expect(desk.asked).toHaveLength(before);
    expect(fs.existsSync(files[0].path)).toBe(true);
  });

  test("are answered before their body has come, and it is not read", async () => {
    const answer = await exchange(
      port(),
      "POST /heapscope/capture HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });

  test("are said once, with the first, then at most once a minute, with their number and nothing of theirs", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const deny = () =>
        api.deny({ getHeaderNames: () => [], on: () => ({ writeHead() {} }), end() {} } as never);
      deny();
      for (let round = 0; round < 20; round++) deny();
      expect(desk.events.map(({ severity, attributes }) => [severity, attributes])).toEqual([
        ["warn", { "heapscope.trigger": "http", "heapscope.http.denied": 1 }],
      ]);
      vi.advanceTimersByTime(60_000);
      for (let round = 0; round < 21; round++) deny();
      vi.advanceTimersByTime(60_000);
      expect(
        desk.events.map(({ severity, attributes }) => [severity, attributes["heapscope.http.denied"]]),
      ).toEqual([
        ["warn", 1],
        ["warn", 20],
        ["error", 21],
      ]);
      vi.advanceTimersByTime(600_000);
      expect(desk.events).toHaveLength(3);
      deny();
      expect(desk.events).toHaveLength(4);
      expect(vi.getTimerCount()).toBe(1);
      api.stop();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("find nothing of theirs in the event", async () => {
    await exchange(
      port(),
      `POST /heapscope/secret-path HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${wrong}\r\n\r\n`,
    );
    expect(desk.events).toMatchObject([{ name: "heapscope.http.denied" }]);
    expect(JSON.stringify(desk.events)).not.toMatch(new RegExp(`secret-path|${wrong.slice(0, 8)}`));
  });
});

describe("a public address", () => {
  const at = (address: string | undefined) => (request: http.IncomingMessage) => {
    Object.defineProperty(request.socket, "localAddress", { value: address, configurable: true });
  };

  test.each([
    "10.0.0.5",
    "192.168.1.4",
    "::ffff:10.0.0.5",
    "fe80::1",
    "2001:db8::1",
    "0.0.0.0",
    "::",
    "1270.0.0.1",
  ])("has the 404 for the right token, too: %s", async (address) => {
    await serve({ token: TOKEN }, undefined, at(address));
    const response = await post("/capture");
    expect([response.status, await response.text(), response.headers.get("x-powered-by")]).toEqual([
      404,
      "",
      null,
    ]);
    expect(desk.asked).toEqual([]);
    expect(desk.events).toMatchObject([
      { name: "heapscope.agent.warning", message: expect.stringContaining(`${address}: not loopback`) },
    ]);
  });

  test("is not known of a connection that has ended: nothing is done for it", async () => {
    await serve({ token: TOKEN }, undefined, (request) => void request.socket.destroy());
    await expect(post("/capture")).rejects.toThrow();
    expect(desk.asked).toEqual([]);
  });

  test("is told of only to who has the token", async () => {
    await serve({ token: TOKEN }, undefined, at("10.0.0.5"));
    await post("/capture", "", { authorization: "Bearer x" });
    expect(desk.events.map(({ name }) => name)).toEqual(["heapscope.http.denied"]);
  });

  test("is answered at when that was said twice", async () => {
    await serve({ token: TOKEN, expose: "public" }, undefined, at("10.0.0.5"));
    expect((await post("/capture")).status).toBe(200);
  });

  test.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", undefined])(
    "is not %s",
    async (address) => {
      await serve({ token: TOKEN }, undefined, at(address));
      expect((await post("/capture")).status).toBe(200);
    },
  );
});

describe("by the control socket", () => {
  test("files are removed with their records, unless they are still to be sent away", async () => {
    desk.contents = [Buffer.from("a"), Buffer.from("b")];
    await serve({ token: TOKEN }, "control");
    const { id, files } = (await (await post("/capture", { answer: "result" })).json()) as {
      id: string;
      files: { path: string }[];
    };
    expect(desk.asked[0].trigger).toBe("control");
    const pending = path.join(folder, `.${path.basename(files[1].path)}.exports.json`);
    fs.writeFileSync(pending, "{}");
    expect(await (await post(`/captures/${id}/remove`)).json()).toEqual({ removed: 1 });
    expect(fs.readdirSync(folder).sort()).toEqual(
      [path.basename(pending), path.basename(files[1].path), `${path.basename(files[1].path)}.json`].sort(),
    );
  });

  test("nothing is removed of a capture under way", async () => {
    await serve({ token: TOKEN }, "control");
    desk.gate = new Promise(() => {});
    const { id } = (await (await post("/capture", { answer: "id" })).json()) as { id: string };
    expect((await post(`/captures/${id}/remove`)).status).toBe(404);
  });
});

test("a prefix of one's own is the only one", async () => {
  await serve({ token: TOKEN, path: "/internal/heap" });
  expect((await post("/status")).status).toBe(404);
  base = base.replace("/heapscope", "/internal/heap");
  expect((await post("/status")).status).toBe(200);
});

test("an answer that somebody else has begun is left alone", async () => {
  const events: unknown[] = [];
  const both = http.createServer((request, response) => {
    response.writeHead(200, { "content-length": 2 });
    api.handle(request, response);
    response.end("ok");
  });
  both.on("error", (error) => events.push(error));
  await once(both.listen(0, "127.0.0.1"), "listening");
  const { port } = both.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/heapscope/status`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  expect(await response.text()).toBe("ok");
  both.closeAllConnections();
  both.close();
  expect(events).toEqual([]);
});

test("a server of HTTP/2 answers the same", async () => {
  const second = http2.createServer(
    (request, response) => void api.handle(request as never, response as never),
  );
  await once(second.listen(0, "127.0.0.1"), "listening");
  const client = http2.connect(`http://127.0.0.1:${(second.address() as AddressInfo).port}`);
  const ask = async (token: string, where: string): Promise<[unknown, string]> => {
    const stream = client.request({
      ":method": "POST",
      ":path": `/heapscope${where}`,
      authorization: `Bearer ${token}`,
    });
    stream.end("{}");
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
    let text = "";
    for await (const piece of stream.setEncoding("utf8")) text += piece as string;
    return [headers[":status"], text];
  };
  desk.contents = [Buffer.alloc(1e6, "x")];
  expect(await ask("wrong", "/capture")).toEqual([404, ""]);
  expect(await ask(TOKEN, "/capture")).toEqual([200, "x".repeat(1e6)]);
  client.close();
  await new Promise((resolve) => second.close(resolve));
});
