import http from "node:http";
import type { AddressInfo } from "node:net";
import { lookup } from "node:dns/promises";
import { afterEach, expect, test, vi } from "vitest";
import { spawnTarget } from "../../test/spawn-target.ts";
import { connectInspector } from "./inspector-session.ts";
import { findInspectorTarget, listInspectorTargets } from "./inspector-target.ts";

vi.mock("node:dns/promises", { spy: true });

const servers: http.Server[] = [];
afterEach(() => {
  vi.mocked(lookup).mockReset();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(status: number, body: string, delayMs = 0): Promise<string> {
  const server = http.createServer((_request, response) => {
    setTimeout(() => response.writeHead(status).end(body), delayMs);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a port, host:port, a name, an http address and a ws address find the same process", async () => {
  const target = await spawnTarget("");
  const { port, webSocketUrl } = target;
  try {
    for (const address of [
      `${port}`,
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `http://127.0.0.1:${port}`,
      webSocketUrl,
    ]) {
      const found = await findInspectorTarget(address);
      expect(new URL(found.webSocketUrl).pathname).toBe(new URL(webSocketUrl).pathname);
      const session = await connectInspector(address);
      await session.close();
    }
    expect((await listInspectorTargets(`${port}`))[0]?.type).toBe("node");
  } finally {
    await target.kill();
  }
});

test.each(["", "not an address", "host", "ftp://127.0.0.1:9229", "127.0.0.1:99999"])(
  "“%s” is refused as no address",
  async (address) => {
    await expect(findInspectorTarget(address)).rejects.toMatchObject({
      code: "bad-address",
      message: `“${address}” is no inspector address; give a port (9229), host:port, or the ws:// address that the process printed.`,
    });
  },
);

test("a port where nothing listens says so and how to start one", async () => {
  const address = await serve(200, "");
  servers.pop()?.close();
  await expect(connectInspector(address)).rejects.toMatchObject({
    code: "unreachable",
    target: address,
    message: `Cannot reach an inspector at ${address}: the connection was refused; start the process with --inspect=127.0.0.1:PORT and give that port, or give its process id.`,
  });
  await expect(connectInspector(`ws://${address}/id`)).rejects.toMatchObject({ code: "unreachable" });
});

test("the application's own port is told from an inspector", async () => {
  const address = await serve(200, "<html>");
  await expect(connectInspector(address)).rejects.toThrow(
    `What answers at ${address} is no inspector (HTTP 200); is this the port of the application itself?`,
  );
});

test.each([
  "[null]",
  "[7]",
  `[{"webSocketDebuggerUrl":"nonsense"}]`,
  `[{"webSocketDebuggerUrl":"file:///etc"}]`,
  `[{"webSocketDebuggerUrl":"ws://127.0.0.1:1/#a"}]`,
])("a list like %s does not come from an inspector", async (list) => {
  const address = await serve(200, list);
  await expect(connectInspector(address)).rejects.toMatchObject({
    code: "not-an-inspector",
    message: `What answers at ${address} is no inspector (HTTP 200); is this the port of the application itself?`,
  });
});

test("an inspector that hides its targets leads to the ws address it printed", async () => {
  const address = await serve(404, "");
  await expect(connectInspector(address)).rejects.toThrow(/give the ws:\/\/ address that it printed/);
});

test("several targets are listed for a choice, with hostile titles made harmless", async () => {
  const entry = (title: string, id: string): object => ({
    title,
    type: "page",
    webSocketDebuggerUrl: `ws://127.0.0.1:1/${id}`,
  });
  const address = await serve(200, JSON.stringify([entry("One", "a"), entry("\u001b[2JTwo\nlines", "b")]));
  await expect(connectInspector(address)).rejects.toMatchObject({
    code: "ambiguous",
    message: `The inspector at ${address} offers 2 targets; give the address of one: ws://127.0.0.1:1/a (One), ws://127.0.0.1:1/b (\\u{1b}[2JTwo\\u{a}lines).`,
  });
});

test("the only page of a browser is meant, although its worker is listed beside it", async () => {
  const entry = (type: string): object => ({
    type,
    title: "",
    webSocketDebuggerUrl: `ws://127.0.0.1:1/${type}`,
  });
  const one = await serve(200, JSON.stringify([entry("worker"), entry("page")]));
  expect(await findInspectorTarget(one)).toMatchObject({ webSocketUrl: "ws://127.0.0.1:1/page" });
  const two = await serve(200, JSON.stringify([entry("page"), entry("worker"), entry("page")]));
  await expect(findInspectorTarget(two)).rejects.toMatchObject({
    code: "ambiguous",
    message: expect.stringContaining("ws://127.0.0.1:1/worker (worker)"),
  });
});

test("an address from before a restart is refused with the advice to use the port", async () => {
  const target = await spawnTarget("");
  await expect(
    connectInspector(`ws://127.0.0.1:${target.port}/00000000-0000-0000-0000-000000000000`),
  ).rejects.toMatchObject({ code: "not-an-inspector" });
  await target.kill();
});

/** An address where a connection is taken and nothing answered. */
async function serveSilence(): Promise<string> {
  const server = http.createServer(() => {}).on("upgrade", () => {});
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("an aborted connection attempt says that it was stopped, also while the host name is looked up", async () => {
  vi.mocked(lookup).mockReturnValue(new Promise(() => {}) as never);
  const address = await serveSilence();
  for (const form of [address, `ws://${address}/id`, "host.test:9229", "ws://host.test:9229/id"]) {
    const abort = new AbortController();
    const attempt = connectInspector(form, { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(attempt).rejects.toMatchObject({ code: "aborted" });
  }
});

test("the time allowed covers looking the host name up, the list and the connection", async () => {
  vi.mocked(lookup).mockReturnValue(new Promise(() => {}) as never);
  const address = await serveSilence();
  const half = await serve(200, JSON.stringify([{ webSocketDebuggerUrl: `ws://${address}/id` }]), 800);
  for (const form of ["host.test:9229", address, half]) {
    const startedAt = performance.now();
    await expect(connectInspector(form, { timeoutMs: 1000 })).rejects.toMatchObject({ code: "unreachable" });
    expect(performance.now() - startedAt).toBeLessThan(1600); // the last would take 1800 if each step had 1000
  }
});
