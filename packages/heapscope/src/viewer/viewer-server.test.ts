import { execFile } from "node:child_process";
// The local server, by raw requests: who is let in, what every answer says to the browser, and what a page can do to it.

import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { joinPage } from "./join-page.ts";
import { readPageFiles, withServerLink, type PageFile } from "./page-files.ts";
import { startViewerServer, type ViewerServer } from "./viewer-server.ts";

let folder: string;
let files: Map<string, PageFile>;
let server: ViewerServer;
/** The desk's ends of the connections. */
let desks: MessagePort[];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "heapscope-page-"));
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(path.join(folder, "index.html"), '<meta name="heapscope-link" content="worker"><p>page');
  writeFileSync(path.join(folder, "assets", "page.js"), "export {};");
  writeFileSync(path.join(folder, "secret.key"), "no page file");
  files = readPageFiles(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  desks = [];
  server = await startViewerServer({
    port: 0,
    files,
    join(page) {
      const { port1, port2 } = new MessageChannel();
      joinPage(page, port1);
      desks.push(port2);
    },
  });
});
afterEach(async () => {
  await server.close();
  for (const desk of desks) desk.close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends exactly these lines. */
async function sendLines(lines: readonly string[]): Promise<Answer> {
  const socket = net.connect(server.port, "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (part) => (text += part));
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  await once(socket, "close");
  const [head = "", ...body] = text.split("\r\n\r\n");
  const [first = "", ...fields] = head.split("\r\n");
  const headers = fields.map((field) => /^(.+?): (.*)$/.exec(field)!.slice(1) as [string, string]);
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: body.join("\r\n\r\n"),
  };
}

const token = (): string => new URL(server.url).pathname.slice(1, -1);
const host = (): string => `127.0.0.1:${server.port}`;

function request(
  target: string,
  more: Readonly<Record<string, string | undefined>> = {},
  method = "GET",
): Promise<Answer> {
  const headers = { Host: host(), Connection: "close", ...more };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return sendLines([`${method} ${target} HTTP/1.1`, ...lines]);
}

describe("the address", () => {
  it("has a secret of 128 bits, another one each time", async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/);
    const other = await startViewerServer({ port: 0, files });
    expect(new URL(other.url).pathname).not.toBe(new URL(server.url).pathname);
    await other.close();
  });

  it("leads to the page and its files, and to nothing else", async () => {
    expect(await request(`/${token()}/`)).toMatchObject({
      status: 200,
      body: expect.stringContaining("<p>page"),
    });
    expect(await request(`/${token()}/?a=b`)).toMatchObject({ status: 200 });
    const script = await request(`/${token()}/assets/page.js`);
    expect(script).toMatchObject({ status: 200, body: "export {};" });
    expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    for (const rest of [
      "secret.key",
      "assets",
      "assets/",
      "nothing.js",
      "../page-files.ts",
      "assets/../index.html",
      "assets/%2e%2e/index.html",
      "%2e%2e/%2e%2e/etc/passwd",
      "..\\index.html",
      "//etc/passwd",
      "index.html%00",
      "__proto__",
      "link",
    ])
      expect(await request(`/${token()}/${rest}`), rest).toMatchObject({ status: 404, body: "" });
  });

  it("is not found without the secret", async () => {
    const wrong = token().replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const target of [
      "/",
      "/index.html",
      `/${token()}`,
      `/${token()}x/`,
      `/${wrong}/`,
      `/${token().slice(0, -1)}/`,
      `/x/${token()}/`,
      `//${token()}/`,
      "/assets/page.js",
      `/?${token()}`,
      "/favicon.ico",
    ])
      expect(await request(target), target).toMatchObject({ status: 404, body: "" });
  });

  // Only root can be somebody else for a moment.
  it.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "is of no use to another user, secret and all",
    async () => {
      const { url } = server;
      // Not `fetch`: that of Node 20 may never settle when the connection is closed at once.
      const script = `require("node:http").get(${JSON.stringify(url)}, ({ statusCode }) => {
        console.log(statusCode);
        process.exit();
      }).on("error", () => console.log("refused"))`;
      const ask = async (uid: number): Promise<string> =>
        (await promisify(execFile)(process.execPath, ["-e", script], { uid, cwd: "/" })).stdout.trim();
      expect(await ask(0)).toBe("200");
      expect(await ask(65_534)).toBe("refused");
    },
  );
});

describe("a request", () => {
  it("must be meant for this server", async () => {
    for (const wrong of [
      "evil.example",
      `evil.example:${server.port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `127.0.0.1.evil.example:${server.port}`,
      `[::1]:${server.port}`,
      `0.0.0.0:${server.port}`,
      `${host()}.`,
      "",
    ])
      expect(await request(`/${token()}/`, { Host: wrong }), wrong).toMatchObject({ status: 403, body: "" });
    expect((await sendLines([`GET /${token()}/ HTTP/1.1`, "Connection: close"])).status).toBe(400);
    expect((await sendLines([`GET /${token()}/ HTTP/1.0`])).status).toBe(403);
    for (const right of [`localhost:${server.port}`, `LOCALHOST:${server.port}`])
      expect(await request(`/${token()}/`, { Host: right })).toMatchObject({ status: 200 });
  });

  it("must not come from another page", async () => {
    for (const wrong of [
      "http://evil.example",
      "null",
      `https://${host()}`,
      "http://127.0.0.1",
      `http://localhost:${server.port}`,
      "http://127.0.0.1:1",
      `http://${host()}.evil.example`,
      "",
    ])
      expect(await request(`/${token()}/`, { Origin: wrong }), wrong).toMatchObject({
        status: 403,
        body: "",
      });
    expect(await request(`/${token()}/`, { Origin: `http://${host()}` })).toMatchObject({ status: 200 });
  });

  it("can only read", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
      expect(await request(`/${token()}/`, {}, method), method).toMatchObject({
        status: 405,
        headers: { allow: "GET, HEAD" },
      });
    const head = await request(`/${token()}/`, {}, "HEAD");
    expect(head).toMatchObject({ status: 200, body: "" });
    expect(Number(head.headers["content-length"])).toBeGreaterThan(10);
  });

  it("is answered with headers that keep the page to itself", async () => {
    for (const target of [`/${token()}/`, `/${token()}/assets/page.js`, "/", `/${token()}/nothing`]) {
      const { headers } = await request(target);
      expect(headers, target).toMatchObject({
        "content-security-policy":
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it("with ranges, conditions or rubbish does no harm", async () => {
    expect(await request(`/${token()}/`, { Range: "bytes=9-2" })).toMatchObject({ status: 200 });
    expect(await request(`/${token()}/`, { "If-None-Match": "*" })).toMatchObject({ status: 200 });
    expect((await sendLines(["\u0000\u0001 rubbish"])).status).toBe(400);
    expect((await sendLines([`GET /${"x".repeat(100_000)} HTTP/1.1`, `Host: ${host()}`])).status).toBe(431);
    expect(await request(`/${token()}/`)).toMatchObject({ status: 200 });
  });
});

it("listens on 127.0.0.1 only", async () => {
  // All of 127.0.0.0/8 is this machine on Linux; other systems have no such addresses.
  for (const address of ["127.0.0.2", "::1"])
    await expect(once(net.connect(server.port, address), "connect"), address).rejects.toThrow();
});

it("says which port cannot be had", async () => {
  await expect(startViewerServer({ port: server.port, files })).rejects.toMatchObject({
    code: "port",
    message: `port ${server.port} is in use; choose another with --port, or leave it out.`,
  });
});

describe("a connection", () => {
  const upgrade = (
    more: Readonly<Record<string, string | undefined>>,
    target = `/${token()}/link`,
  ): Promise<Answer> =>
    request(target, {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      Origin: `http://${host()}`,
      ...more,
    });

  function connect(): WebSocket {
    return new WebSocket(`${server.url.replace("http", "ws")}link`, { origin: `http://${host()}` });
  }

  async function joined(): Promise<{ page: WebSocket; desk: MessagePort }> {
    const page = connect();
    await once(page, "open");
    return { page, desk: desks.at(-1)! };
  }

  const ask = (id: number): string => JSON.stringify({ type: "ask", id, name: "files", ask: {} });
  const heard = async (page: WebSocket): Promise<unknown> =>
    JSON.parse(String((await once(page, "message"))[0]));

  it("is for the page alone", async () => {
    for (const [more, status] of [
      [{ Origin: "http://evil.example" }, 403],
      [{ Origin: "null" }, 403],
      [{ Origin: undefined }, 403],
      [{ Origin: `http://localhost:${server.port}` }, 403],
      [{ Host: "evil.example", Origin: "http://evil.example" }, 403],
      [{ Host: `evil.example:${server.port}`, Origin: `http://evil.example:${server.port}` }, 403],
    ] as const)
      expect(await upgrade(more), JSON.stringify(more)).toMatchObject({ status, body: "" });
    for (const target of ["/link", `/${token().slice(1)}x/link`, `/${token()}/other`, `/${token()}/`, "/"])
      expect(await upgrade({}, target), target).toMatchObject({ status: 404, body: "" });
    expect(desks).toHaveLength(0);
  });

  it("takes questions to the desk and answers to the page", async () => {
    const { page, desk } = await joined();
    page.send(ask(1));
    expect((await once(desk, "message"))[0]).toEqual({ type: "ask", id: 1, name: "files", ask: {} });
    desk.postMessage({ type: "answer", id: 1, answer: ["\u2028</script>"] });
    expect(await heard(page)).toEqual({ type: "answer", id: 1, answer: ["\u2028</script>"] });
    page.send('{"type":"cancel","id":1,"more":"dropped"}');
    expect((await once(desk, "message"))[0]).toEqual({ type: "cancel", id: 1 });
  });

  it("answers with an error to what is no question, and goes on", async () => {
    const { page, desk } = await joined();
    let passedOn = 0;
    desk.on("message", () => passedOn++);
    for (const rubbish of [
      "",
      "no JSON",
      "null",
      "[]",
      "5",
      '{"type":"ask"}',
      '{"type":"ask","id":"1","name":"files","ask":{}}',
      '{"type":"ask","id":-1,"name":"files","ask":{}}',
      '{"type":"ask","id":1.5,"name":"files","ask":{}}',
      '{"type":"ask","id":1,"name":7,"ask":{}}',
      '{"type":"ask","id":1,"name":"files","ask":null}',
      '{"type":"steal","id":1}',
      Buffer.from([1, 2, 3]),
    ]) {
      page.send(rubbish);
      expect(await heard(page), String(rubbish)).toMatchObject({ type: "error", code: "bad-question" });
    }
    page.send(`{"type":"ask","id":3,"name":"files","ask":${"[".repeat(30_000)}${"]".repeat(30_000)}}`);
    page.send(ask(4));
    await expect.poll(() => passedOn).toBeGreaterThan(0);
    expect(page.readyState).toBe(WebSocket.OPEN);
  });

  it("ends at a message that is too large, and leaves the others alone", async () => {
    const [{ page }, other] = [await joined(), await joined()];
    page.send("x".repeat(270_000));
    expect((await once(page, "close"))[0]).toBe(1009);
    other.page.send(ask(1));
    await once(other.desk, "message");
  });

  it("limits the questions that are open", async () => {
    const { page } = await joined();
    for (let id = 0; id < 128; id++) page.send(ask(id));
    page.send(ask(5));
    expect(await heard(page)).toMatchObject({ type: "error", id: -1, code: "bad-question" });
    page.send(ask(128));
    expect(await heard(page)).toMatchObject({ type: "error", id: 128, code: "too-many" });
  });

  it("tells the desk when the page has gone, and the page when the desk has", async () => {
    const first = await joined();
    first.page.terminate();
    await once(first.desk, "close");
    const second = await joined();
    second.desk.close();
    expect((await once(second.page, "close"))[0]).toBe(1011);
    const third = await joined();
    const [[code]] = await Promise.all([once(third.page, "close"), server.close()]);
    expect(code).toBe(1001);
  });
});

it("ends also while a page does not listen", async () => {
  const socket = net.connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(
    `GET /${token()}/link HTTP/1.1\r\nHost: ${host()}\r\nOrigin: http://${host()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  await once(socket, "readable");
  const half = net.connect(server.port, "127.0.0.1");
  half.on("error", () => {});
  half.write("GET / HTTP/1.1\r\n");
  await once(half, "connect");
  await server.close();
  socket.destroy();
});

it("gives the page the link of who serves it", () => {
  expect(Buffer.from(withServerLink(files.get("")!).bytes).toString()).toBe(
    '<meta name="heapscope-link" content="server"><p>page',
  );
  expect(() => withServerLink({ type: "text/html", bytes: Buffer.from("<p>other page") })).toThrow();
});
