import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createFakeDesk, exchange, type FakeDesk, TOKEN, withoutDate } from "../../test/fake-desk.ts";
import type { HttpOptions } from "../api.ts";
import type { Trigger } from "../capture-desk.ts";
import { createApi } from "./http-api.ts";
import { listen } from "./http-listener.ts";

const REFUSED = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nConnection: close\r\n\r\n";

let folder: string;
let desk: FakeDesk;
const triggers: Trigger[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "listener-"));
  desk = createFakeDesk(folder);
});
afterEach(async () => {
  for (const trigger of triggers.splice(0)) trigger.stop();
  fs.rmSync(folder, { recursive: true });
});

function start(options: Partial<HttpOptions>): Trigger {
  const given = { token: TOKEN, listen: 0, ...options };
  const trigger = listen(given, desk, createApi(given, desk));
  triggers.push(trigger);
  return trigger;
}

/** Where it listens, as soon as it does. */
async function startAndWait(options: Partial<HttpOptions> = {}): Promise<net.TcpNetConnectOpts> {
  const trigger = start(options);
  await vi.waitFor(() => expect(trigger.describe().active).toBe(true));
  const [, host, port] = /^(.*):(\d+)$/.exec(trigger.describe().detail)!;
  return { host, port: Number(port) };
}

/** Why it does not listen, as soon as that was said. */
async function startAndFail(options: Partial<HttpOptions>): Promise<string> {
  const trigger = start(options);
  await vi.waitFor(() => expect(desk.events).toHaveLength(1));
  expect(desk.events[0]).toMatchObject({ name: "heapscope.agent.warning", severity: "warn" });
  expect(trigger.describe().active).toBe(false);
  return trigger.describe().detail;
}

const isClosed = (socket: net.Socket): Promise<unknown> =>
  new Promise((resolve) => socket.on("error", () => {}).once("close", resolve));
const head = (...more: string[]): string =>
  ["POST /heapscope/status HTTP/1.1", "Host: localhost", ...more].join("\r\n");
const right = `Authorization: Bearer ${TOKEN}`;

describe("who has the token", () => {
  test("is answered once, and then the connection is closed", async () => {
    const to = await startAndWait();
    expect(await exchange(to, `${head(right)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n\r\n\{"schema"/,
    );
  });

  test.each([
    "localhost",
    "localhost:7070",
    "LOCALHOST",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.1.2.3",
    "[::1]",
    "[::1]:80",
  ])("may call it %s", async (host) => {
    const to = await startAndWait();
    expect(await exchange(to, `${head(right).replace("localhost", host)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  test("gets through while a thousand others are connected and say nothing", async () => {
    const to = await startAndWait();
    const others = Array.from({ length: 1000 }, () => net.connect(to).resume());
    const closed = others.map(isClosed);
    await vi.waitFor(() => expect(others.filter(({ connecting }) => connecting)).toEqual([]), {
      timeout: 30_000,
    });
    expect(await exchange(to, `${head(right)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    // They made room for each other.
    await vi.waitFor(
      () => expect(others.filter(({ destroyed }) => !destroyed).length).toBeLessThanOrEqual(512),
      { timeout: 30_000 },
    );
    for (const socket of others) socket.destroy();
    await Promise.all(closed);
  });

  test("is not thrown out by those while its file is on the way", async () => {
    desk.contents = [Buffer.alloc(20e6, "x")];
    const to = await startAndWait();
    const socket = net.connect(to);
    socket.write(`${head(right).replace("status", "capture")}\r\n\r\n`);
    await once(socket, "readable");
    const others = Array.from({ length: 700 }, () =>
      net
        .connect(to)
        .resume()
        .on("error", () => {}),
    );
    await vi.waitFor(() => expect(others.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(100), {
      timeout: 30_000,
    });
    let bytes = 0;
    for await (const piece of socket) bytes += (piece as Buffer).length;
    expect(bytes).toBeGreaterThan(20e6);
    for (const other of others) other.destroy();
  });
});

describe("a web page whose name was rebound to 127.0.0.1", () => {
  test.each([
    ["another name", "evil.example"],
    ["another name with our port", "evil.example:7070"],
    ["a name that begins like ours", "localhost.evil.example"],
    ["a name that begins like our address", "127.0.0.1.evil.example"],
    ["a name that ends like ours", "evil.localhost"],
    ["a name and a user", "localhost@evil.example"],
    ["an address elsewhere", "10.0.0.1"],
    ["all addresses", "0.0.0.0"],
    ["two ports", "localhost:1:2"],
    ["two names", "localhost, evil.example"],
    ["nothing", ""],
  ])("is refused: %s", async (_, host) => {
    const to = await startAndWait();
    expect(withoutDate(await exchange(to, `${head(right).replace("localhost", host)}\r\n\r\n`))).toBe(
      REFUSED,
    );
  });

  test("is refused also where public addresses are allowed", async () => {
    const to = await startAndWait({ expose: "public" });
    expect(
      withoutDate(await exchange(to, `${head(right).replace("localhost", "evil.example")}\r\n\r\n`)),
    ).toBe(REFUSED);
  });

  test("is refused without a Host, in HTTP/1.1 and 1.0", async () => {
    const to = await startAndWait();
    for (const version of ["1.1", "1.0"])
      expect(
        withoutDate(await exchange(to, `POST /heapscope/status HTTP/${version}\r\n${right}\r\n\r\n`)),
      ).toBe(REFUSED);
  });

  test.each(["http://evil.example", "http://localhost", "null"])(
    "is refused with the origin %s",
    async (origin) => {
      const to = await startAndWait();
      expect(withoutDate(await exchange(to, `${head(right, `Origin: ${origin}`)}\r\n\r\n`))).toBe(REFUSED);
    },
  );
});

describe("an attacker", () => {
  test.each([
    ["GET", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ["HTTP/1.0", "POST /heapscope/status HTTP/1.0\r\nHost: localhost\r\n\r\n"],
    ["HTTP/0.9", "GET /heapscope/status\r\n\r\n"],
    [
      "absolute form",
      `POST http://localhost/heapscope/status HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`,
    ],
    ["an upgrade", `${head("Connection: Upgrade", "Upgrade: websocket")}\r\n\r\n`],
    [
      "an upgrade to HTTP/2",
      `${head("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__")}\r\n\r\n`,
    ],
    ["an expectation", `${head("Expect: 100-continue", "Content-Length: 2")}\r\n\r\n`],
    ["an unknown expectation", `${head("Expect: everything")}\r\n\r\n`],
    ["100 headers", `${head(...Array.from({ length: 100 }, (_, index) => `X-${index}: x`))}\r\n\r\n`],
    ["three requests at once", `${head()}\r\n\r\n`.repeat(3)],
    [
      "a second request in the first one's body",
      `${head(`Content-Length: ${`${head(right)}\r\n\r\n`.length}`)}\r\n\r\n${head(right)}\r\n\r\n`,
    ],
  ])("gets the one empty 404, once, for %s", async (_, bytes) => {
    const to = await startAndWait();
    expect(withoutDate(await exchange(to, bytes))).toBe(REFUSED);
  });

  const smuggled = `POST /heapscope/capture HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`;
  // A proxy in front may pass on a stranger's body behind a head with the token, so the token is in each of these.
  test.each([
    [
      "Content-Length and Transfer-Encoding",
      `${head(right, "Content-Length: 4", "Transfer-Encoding: chunked")}\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      "Transfer-Encoding twice",
      `${head(right, "Transfer-Encoding: chunked", "Transfer-Encoding: identity")}\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      "a disguised Transfer-Encoding",
      `${head(right, "Transfer-Encoding : chunked")}\r\n\r\n0\r\n\r\n${smuggled}`,
    ],
    [
      "Content-Length twice",
      `${head(right, "Content-Length: 0", `Content-Length: ${smuggled.length}`)}\r\n\r\n${smuggled}`,
    ],
    ["a negative Content-Length", `${head(right, "Content-Length: -1")}\r\n\r\n${smuggled}`],
    ["a Content-Length that is no number", `${head(right, "Content-Length: 0x10")}\r\n\r\n${smuggled}`],
    ["a Content-Length beyond all", `${head(right, "Content-Length: 99999999999999999999999")}\r\n\r\n`],
    ["a space before the colon", `${head(right, "Content-Length : 4")}\r\n\r\n`],
    ["a header with no name", `${head(right, ": x")}\r\n\r\n`],
    ["NUL in a header", `${head(right, "X: a\0b")}\r\n\r\n`],
    ["NUL in the path", `POST /heapscope/status\0 HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`],
    ["a space in the path", `POST /heapscope/status x HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`],
    [
      "a letter beyond ASCII in the path",
      `POST /heapscope/status\u00e9 HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`,
    ],
    ["CONNECT", `CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`],
    ["an unknown method", `SNAPSHOT /heapscope/status HTTP/1.1\r\nHost: localhost\r\n${right}\r\n\r\n`],
    ["HTTP/9.9", `POST /heapscope/status HTTP/9.9\r\nHost: localhost\r\n${right}\r\n\r\n`],
    ["HTTP/2 from the start", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["noise", "\x00\xff\x00\xff".repeat(100)],
    ["headers of 9 KB", `${head(right, `X: ${"x".repeat(9000)}`)}\r\n\r\n`],
    ["headers without end", `${head(right)}\r\n${"X: y\r\n".repeat(20_000)}`],
    ["a path of 1 MB", `POST /heapscope/${"x".repeat(1e6)}`],
  ])("gets no answer at all for %s", async (_, bytes) => {
    const to = await startAndWait();
    expect(await exchange(to, bytes)).toBe("");
    expect(desk.asked).toEqual([]);
  });

  test.each([
    ["an unknown Transfer-Encoding", head(right, "Transfer-Encoding: xchunked")],
    ["folded headers", head(right, "X: a\r\n b")],
    ["a folded token", head("Authorization: Bearer\r\n " + TOKEN)],
    ["a bare line feed between headers", head(right).replace("localhost\r\n", "localhost\n")],
    ["only line feeds", `${head(right)}\r\n\r\n`.replaceAll("\r\n", "\n")],
    ["a bare carriage return", head(right, "X: a\rb")],
    [
      "chunk extensions",
      `${head(right, "Transfer-Encoding: chunked")}\r\n\r\n2;${"x".repeat(100)}="\n"\r\n{}\r\n0`,
    ],
    ["a chunk with a wrong end", `${head(right, "Transfer-Encoding: chunked")}\r\n\r\n2\r\n{}XX0`],
    ["a chunk with a line feed", `${head(right, "Transfer-Encoding: chunked")}\r\n\r\n2\n{}\n0`],
    [
      "a chunk of a size beyond all",
      `${head(right, "Transfer-Encoding: chunked")}\r\n\r\nfffffffffffffffffff`,
    ],
    ["trailers", `${head(right, "Transfer-Encoding: chunked")}\r\n\r\n0\r\nAuthorization: x`],
  ])("cannot make one request two: %s", async (_, bytes) => {
    const to = await startAndWait();
    const answer = await exchange(to, `${bytes}\r\n\r\n${smuggled}`);
    expect(answer.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(desk.asked).toEqual([]);
  });

  test("cannot put a second request behind one with the token", async () => {
    const to = await startAndWait();
    const answer = await exchange(to, `${head(right)}\r\n\r\n${smuggled}`);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(desk.asked).toEqual([]);
  });

  test("has ten seconds for a request, however slowly it comes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const trigger = start({});
      vi.advanceTimersByTime(1);
      await vi.waitUntil(() => trigger.describe().active);
      const [, port] = /:(\d+)$/.exec(trigger.describe().detail)!;
      const slow = [
        "",
        "P",
        head(),
        `${head("Content-Length: 99")}\r\n\r\n`,
        `${head(right, "Content-Length: 99")}\r\n`,
      ].map((bytes) => {
        const socket = net.connect(Number(port), "127.0.0.1", () => socket.write(bytes)).resume();
        return isClosed(socket);
      });
      await vi.waitUntil(() => vi.getTimerCount() >= slow.length);
      vi.advanceTimersByTime(10_000);
      await Promise.all(slow);
    } finally {
      vi.useRealTimers();
    }
  });

  test("sends a body of 50 MB to nobody", async () => {
    const to = await startAndWait();
    const socket = net.connect(to);
    let sent = 0;
    const closed = isClosed(socket.resume());
    socket.write(`${head("Transfer-Encoding: chunked")}\r\n\r\n`);
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const send = (): void => {
      while (sent < 50e6 && !socket.destroyed && socket.write(chunk)) sent += chunk.length;
    };
    socket.on("drain", send);
    send();
    await closed;
    expect(sent).toBeLessThan(50e6);
  });
});

describe("an address", () => {
  test.each(["0.0.0.0:0", ":0", "[::]:0", "10.1.2.3:7070", "example.com:7070", "127.evil.example:7070"])(
    "that others can reach is refused if it was said once: %s",
    async (place) => {
      expect(await startAndFail({ listen: place })).toMatch(
        /: not loopback, and http.expose is not "public"$/,
      );
    },
  );

  test("that others can reach is listened at if it was said twice", async () => {
    const to = await startAndWait({ listen: "0.0.0.0:0", expose: "public" });
    // With the names of its owner.
    expect(
      await exchange(
        { ...to, host: "127.0.0.1" },
        `${head(right).replace("localhost", "service.example")}\r\n\r\n`,
      ),
    ).toMatch(/ 200 /);
    expect(withoutDate(await exchange({ ...to, host: "127.0.0.1" }, `${head()}\r\n\r\n`))).toBe(REFUSED);
  });

  test.each(["0", "localhost:0", "127.0.0.1:0"])("of this machine is listened at: %s", async (place) => {
    expect(await startAndWait({ listen: place })).toMatchObject({ port: expect.any(Number) });
  });

  test("that is taken is an event", async () => {
    const other = net.createServer();
    await once(other.listen(0, "127.0.0.1"), "listening");
    const { port } = other.address() as net.AddressInfo;
    expect(await startAndFail({ listen: port })).toContain("EADDRINUSE");
    other.close();
  });

  test("that cannot be is an event", async () => {
    expect(await startAndFail({ listen: "127.0.0.1:99999" })).toContain("99999");
  });
});

describe("a Unix socket", () => {
  test("is for its owner only, and gone when stopped", async () => {
    const socket = path.join(folder, "api.sock");
    const trigger = start({ listen: socket });
    await vi.waitFor(() => expect(trigger.describe()).toEqual({ active: true, detail: socket }));
    expect(fs.statSync(socket).mode & 0o777).toBe(0o600);
    expect(
      await exchange({ path: socket }, `${head(right).replace("localhost", "anything")}\r\n\r\n`),
    ).toMatch(/ 200 /);
    trigger.stop();
    trigger.stop();
    expect(fs.existsSync(socket)).toBe(false);
  });

  test("is not made in a folder that others can write to", async () => {
    fs.chmodSync(folder, 0o777);
    expect(await startAndFail({ listen: path.join(folder, "api.sock") })).toContain(
      "its folder must be your own",
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("is not made in a folder that is not there, nor with a name too long", async () => {
    expect(await startAndFail({ listen: path.join(folder, "no", "api.sock") })).toContain("ENOENT");
    desk.events.length = 0;
    expect(await startAndFail({ listen: path.join(folder, "x".repeat(120)) })).toContain("too long");
  });

  test("takes the place of one that nobody listens at", async () => {
    const socket = path.join(folder, "api.sock");
    fs.mkdirSync(path.join(folder, "old"));
    const old = net.createServer();
    await once(old.listen(path.join(folder, "old", "api.sock")), "listening");
    // As a process that was killed leaves it.
    fs.renameSync(path.join(folder, "old", "api.sock"), socket);
    await new Promise((resolve) => old.close(resolve));
    expect(fs.lstatSync(socket).isSocket()).toBe(true);
    const trigger = start({ listen: socket });
    await vi.waitFor(() => expect(trigger.describe().active).toBe(true));
  });

  test("does not take the place of one in use, which stays", async () => {
    const socket = path.join(folder, "api.sock");
    const other = net.createServer((connection) => connection.on("error", () => {}).end("other"));
    await once(other.listen(socket), "listening");
    expect(await startAndFail({ listen: socket })).toContain("in use");
    triggers[0].stop();
    expect(await exchange({ path: socket }, "")).toBe("other");
    other.close();
  });

  test.each(["a file", "a link"])("does not take the place of %s, which stays", async (kind) => {
    const socket = path.join(folder, "api.sock");
    if (kind === "a file") fs.writeFileSync(socket, "mine");
    else fs.symlinkSync("/nowhere", socket);
    expect(await startAndFail({ listen: socket })).toContain("in use");
    expect(fs.lstatSync(socket).isSocket()).toBe(false);
  });
});

describe("when it is stopped", () => {
  test("at once, it never listens", async () => {
    const socket = path.join(folder, "api.sock");
    const trigger = start({ listen: socket });
    trigger.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(trigger.describe().active).toBe(false);
    expect(fs.existsSync(socket)).toBe(false);
    expect(desk.events).toEqual([]);
  });

  test("connections end, also those that are served", async () => {
    desk.gate = new Promise(() => {});
    const to = await startAndWait();
    const silent = exchange(to, "");
    const served = exchange(to, `${head(right).replace("status", "capture")}\r\n\r\n`);
    await vi.waitFor(() => expect(desk.asked).toHaveLength(1));
    triggers[0].stop();
    expect(await Promise.all([silent, served])).toEqual(["", ""]);
    await expect(once(net.connect(to), "connect")).rejects.toThrow("ECONNREFUSED");
  });
});
