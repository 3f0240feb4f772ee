// The HTTP triggers of the built agent, in real services on every Node: what an owner gets, and what a stranger does not.

import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import { request } from "node:http";
import net from "node:net";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRuntime } from "../../../../scripts/runtimes.mjs";
import { exchange, TOKEN, withoutDate } from "../../test/fake-desk.ts";
import { installAgent, type AgentFolder, type Service } from "./built-agent.ts";

const REFUSED = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nConnection: close\r\n\r\n";

let agent: AgentFolder;
beforeAll(() => void (agent = installAgent()));
afterAll(() => agent.remove());

/** For connections, and for requests. */
interface Place {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

function post(to: object, where: string, body = "", token = TOKEN): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request({ ...to, path: `/heapscope${where}`, method: "POST", headers }, (response) => {
      const pieces: Buffer[] = [];
      response
        .on("data", (piece: Buffer) => pieces.push(piece))
        .on("end", () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces) }),
        );
    })
      .on("error", reject)
      .end(body);
  });
}

/** A service that listens at a Unix socket of its own, or at the port that it was told, as soon as it does. */
let sockets = 0;
async function startListening(options: Parameters<AgentFolder["start"]>[0] = {}): Promise<[Service, Place]> {
  const socketPath = path.join(agent.folder, `${(sockets += 1)}.sock`);
  const service = agent.start({
    ...options,
    environment: { HEAPSCOPE_HTTP_TOKEN: TOKEN, HEAPSCOPE_HTTP_LISTEN: socketPath, ...options.environment },
  });
  await service.event("heapscope.agent.started");
  for (;;) {
    const status = await service.status().catch(() => undefined);
    const { active, detail } = status?.triggers.find(({ trigger }) => trigger === "http") ?? {
      active: false,
      detail: "",
    };
    const [, host, port] = /^(.*):(\d+)$/.exec(detail) ?? [];
    if (active) return [service, port === undefined ? { socketPath } : { host: host!, port: Number(port) }];
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.each(["node-18", "node-20", "node-22", "node-24", "node-26"])("on %s", (runtime) => {
  let node: string;
  beforeAll(async () => void (node = await findRuntime(runtime)));

  test("the owner gets a whole snapshot, and nobody else gets anything", async () => {
    const [service, to] = await startListening({ node });
    const { status, headers, body } = await post(to, "/capture", '{"label":"by hand"}');
    expect(status).toBe(200);
    expect(headers["x-heapscope-sha256"]).toBe(createHash("sha256").update(body).digest("hex"));
    expect(headers["content-disposition"]).toMatch(
      /^attachment; filename="heap-snapshot-[\w.-]+\.heapsnapshot\.gz"$/,
    );
    expect(JSON.parse(gunzipSync(body).toString())).toHaveProperty("snapshot.node_count");

    const before = service.events.filter(({ name }) => name === "heapscope.capture.started").length;
    const head = (line: string, ...more: string[]): string =>
      [`${line} HTTP/1.1`, "Host: localhost", ...more].join("\r\n");
    const right = `Authorization: Bearer ${TOKEN}`;
    const hidden = `${head("POST /heapscope/capture", right)}\r\n\r\n`;
    for (const bytes of [
      head("POST /heapscope/capture"),
      head("POST /heapscope/capture", `Authorization: Bearer ${TOKEN.slice(1)}`),
      head(`POST /heapscope/capture?token=${TOKEN}`),
      head("GET /heapscope/capture", right),
      head("HEAD /heapscope/status", right),
      head("OPTIONS /heapscope/status", right),
      head("POST /heapscope//capture", right),
      head("POST /heapscope/%63apture", right),
      head("POST /heapscope/captures/__proto__", right),
      head("POST /heapscope/captures/__proto__/files/0", right),
      head("POST http://localhost/heapscope/capture", right),
      head("POST /heapscope/capture", "Expect: 100-continue", "Content-Length: 2"),
      head("POST /heapscope/capture", "Connection: Upgrade", "Upgrade: websocket"),
    ])
      expect([bytes, withoutDate(await exchange({ path: to.socketPath! }, `${bytes}\r\n\r\n`))]).toEqual([
        bytes,
        REFUSED,
      ]);
    for (const bytes of [
      head("CONNECT localhost:80", right),
      head("POST /heapscope/capture", right, "Content-Length: 4", "Transfer-Encoding: chunked"),
      head("POST /heapscope/capture", right, "Content-Length: 0", "Content-Length: 4"),
      head("POST /heapscope/capture", right, `X: ${"x".repeat(20_000)}`),
      head("POST /heapscope/capture\0", right),
    ])
      expect([bytes, await exchange({ path: to.socketPath! }, `${bytes}\r\n\r\n${hidden}`)]).toEqual([
        bytes,
        "",
      ]);
    for (const bytes of [
      `${head("POST /heapscope/status", right)}\r\n\r\n${hidden}`,
      `${head("POST /heapscope/status", right)}\n\n${hidden}`,
    ])
      expect(
        (await exchange({ path: to.socketPath! }, bytes)).match(/HTTP\/1\.1 /g)?.length ?? 0,
      ).toBeLessThanOrEqual(1);

    expect(service.events.filter(({ name }) => name === "heapscope.capture.started")).toHaveLength(before);
    expect((await service.event("heapscope.http.denied")).attributes["heapscope.http.denied"]).toBe(1);
    expect(JSON.stringify(service.events)).not.toContain(TOKEN.slice(0, 12));
    expect((await post(to, "/status")).status).toBe(200);
    service.kill("SIGKILL");
  });

  test("a thousand silent connections neither keep the owner out nor the process alive", async () => {
    const script = agent.write(
      "short.cjs",
      'const end = require("fs").watch(__dirname, (_, name) => name === "end-" + process.pid && end.close());',
    );
    const [service, to] = await startListening({ node, script, environment: { HEAPSCOPE_HTTP_LISTEN: "0" } });
    const others = Array.from({ length: 1000 }, () =>
      net
        .connect(to as net.TcpNetConnectOpts)
        .resume()
        .on("error", () => {}),
    );
    expect((await post(to, "/status")).status).toBe(200);
    expect(others.some(({ destroyed }) => !destroyed)).toBe(true);
    agent.write(`end-${service.pid}`, "");
    expect(await service.ended).toBe(0);
    for (const other of others) other.destroy();
    expect(
      fs
        .readdirSync(path.join(agent.folder, "tmp", `heapscope-agent-${process.getuid!()}`))
        .filter((name) => name.startsWith(`${service.pid}.`)),
    ).toEqual([]);
  });
});

test("what a request may ask for is checked, and says why it was refused", async () => {
  const [service, to] = await startListening();
  for (const body of [
    '{"recorder":"constructor"}',
    '{"duration":"1e99h"}',
    '{"threads":["all"]}',
    '{"force":{}}',
    '{"__proto__":{"force":true}}',
    '{"x":1}',
  ]) {
    const answer = await post(to, "/capture", body);
    expect([body, answer.status]).toEqual([body, 400]);
    expect(JSON.parse(answer.body.toString())).toEqual({
      error: { code: "bad-options", message: expect.any(String) },
    });
  }
  service.kill("SIGKILL");
});

test("of two captures at once the second is refused as busy, and one within the cooldown has to wait", async () => {
  const [service, to] = await startListening({ environment: { HEAPSCOPE_LIMITS_COOLDOWN: "1h" } });
  const first = await post(to, "/capture", '{"answer":"id","recorder":"cpu-profile","duration":"500ms"}');
  expect(first.status).toBe(202);
  const { id } = JSON.parse(first.body.toString()) as { id: string };
  expect(JSON.parse((await post(to, `/captures/${id}`)).body.toString())).toEqual({ state: "running" });
  expect((await post(to, "/capture")).status).toBe(409);
  await service.event("heapscope.capture.finished");
  const { state, capture } = JSON.parse((await post(to, `/captures/${id}`)).body.toString());
  expect([state, capture.recorder]).toEqual(["done", "cpu-profile"]);
  expect((await post(to, `/captures/${id}/files/0`)).body).toEqual(fs.readFileSync(capture.files[0].path));
  const late = await post(to, "/capture");
  expect(late.status).toBe(429);
  expect(Number(late.headers["retry-after"])).toBeGreaterThan(3000);
  service.kill("SIGKILL");
});

test("a token that is easy to guess opens nothing, and the service runs on", async () => {
  const service = agent.start({
    environment: {
      HEAPSCOPE_HTTP_TOKEN: "changeme",
      HEAPSCOPE_HTTP_LISTEN: path.join(agent.folder, "weak.sock"),
    },
  });
  await expect
    .poll(() => [...service.stderr, ...service.events.map(({ message }) => message)].join("\n"), {
      timeout: 30_000,
    })
    .toContain("openssl rand -hex 32");
  expect(fs.existsSync(path.join(agent.folder, "weak.sock"))).toBe(false);
  expect(service.process.exitCode).toBeNull();
  service.kill("SIGKILL");
});

test("stop() closes the listener and the control socket at once", async () => {
  const script = agent.write(
    "stopped.cjs",
    'const agent = require("@heapscope/agent").start(); require("fs").watch(__dirname, (_, name) => name === "stop-" + process.pid && agent.stop().then(() => console.log("stopped"))); ',
  );
  const [service, to] = await startListening({ script, flags: [] });
  agent.write(`stop-${service.pid}`, "");
  await service.line("stopped");
  await expect(post(to, "/status")).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  expect(fs.existsSync(to.socketPath!)).toBe(false);
  service.kill("SIGKILL");
});

test("a service that nobody asks has not loaded http for it", async () => {
  const script = agent.write(
    "asked-by-nobody.cjs",
    `const { existsSync } = require("fs");
    const look = () => {
      if (!existsSync(process.env.TMPDIR + "/heapscope-agent-" + process.getuid() + "/" + process.pid + ".json")) return setTimeout(look, 10);
      const loaded = (name) => name + "=" + process.moduleLoadList.includes("NativeModule " + name);
      console.log("now", loaded("net"), loaded("http"), loaded("https"));
    };
    look();`,
  );
  const service = agent.start({
    script,
    environment: { HEAPSCOPE_HTTP_TOKEN: TOKEN, HEAPSCOPE_HTTP_LISTEN: "0" },
  });
  expect(await service.line("now")).toBe("now net=true http=false https=false");
  expect(await service.ended).toBe(0);
});

test("Node's lenient parser, switched on for the application, is not used by the listener", async () => {
  const [service, to] = await startListening({
    flags: ["--insecure-http-parser", "--require", "@heapscope/agent/register"],
  });
  const head = `POST /heapscope/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked`;
  expect(await exchange({ path: to.socketPath! }, `${head}\r\n\r\n0\r\n\r\n`)).toBe("");
  service.kill("SIGKILL");
});

test("of a cluster's workers one has the port, and the others say so", async () => {
  const free = net.createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address() as net.AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const script = agent.write(
    "cluster.cjs",
    `const cluster = require("cluster");
    if (cluster.isPrimary) for (let n = 0; n < 2; n++) cluster.fork();
    else require("@heapscope/agent").start(), setInterval(() => {}, 1000);`,
  );
  const service = agent.start({
    script,
    flags: [],
    environment: { HEAPSCOPE_HTTP_TOKEN: TOKEN, HEAPSCOPE_HTTP_LISTEN: String(port) },
  });
  expect((await service.event("heapscope.agent.warning")).message).toContain("EADDRINUSE");
  expect((await post({ host: "127.0.0.1", port }, "/status")).status).toBe(200);
  service.kill("SIGTERM");
});
