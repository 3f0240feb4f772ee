// Functions for scripts/testing-soak.mjs: those that leak in as many ways, and those that only look like it. Each entry makes
// its function anew. `leaks`: words that the failure must have; `undefined`: it must pass.

import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

class Session {
  user = { name: "anna", rights: ["read", "write"] };
  payload = new Array(16).fill(0);
}
class Tiny {
  isSeen = true;
}

/** A server that is started once, for subjects that speak HTTP. */
async function startServer() {
  const server = http.createServer((_request, response) => response.end("hello"));
  server.listen(0, "127.0.0.1");
  server.unref();
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}/`;
}

/** @type {Record<string, { leaks?: string, options?: object, create: () => any }>} */
export const subjects = {
  "array of sessions": {
    leaks: "Session",
    create: () => {
      const sessions = [];
      return () => sessions.push(new Session());
    },
  },
  "map by id": {
    leaks: "Session",
    create: () => {
      const sessions = new Map();
      let id = 0;
      return async () => sessions.set(`session-${id++}`, new Session());
    },
  },
  "tiny objects in a set": {
    leaks: "Tiny",
    create: () => {
      const seen = new Set();
      return () => seen.add(new Tiny());
    },
  },
  dictionary: {
    leaks: "Session",
    create: () => {
      const cache = Object.create(null);
      let id = 0;
      return () => {
        cache[`key-${id++}`] = new Session();
      };
    },
  },
  "listeners of an emitter": {
    leaks: "listener",
    create: () => {
      const bus = new EventEmitter();
      bus.setMaxListeners(0);
      return () => {
        const session = new Session();
        bus.on("tick", () => session.payload.length);
      };
    },
  },
  "listeners of an abort signal": {
    leaks: "Session",
    create: () => {
      const controller = new AbortController();
      return () => {
        const session = new Session();
        controller.signal.addEventListener("abort", () => session.payload.length);
      };
    },
  },
  "intervals that are never cleared": {
    leaks: "Session",
    create: () => () => {
      const session = new Session();
      setInterval(() => session.payload.length, 1 << 30).unref();
    },
  },
  "promises that stay pending": {
    leaks: "Session",
    create: () => {
      const ready = new Promise(() => {});
      return () => {
        const session = new Session();
        void ready.then(() => session.payload.length);
      };
    },
  },
  "closures in a chain": {
    leaks: "round of",
    create: () => {
      let last = () => 0;
      return () => {
        const before = last;
        const session = new Session();
        last = () => before.length + session.payload.length;
      };
    },
  },
  "global property": {
    leaks: "Session",
    create: () => {
      globalThis.__soak = [];
      return () => globalThis.__soak.push(new Session());
    },
  },
  buffers: {
    leaks: "round of",
    create: () => {
      const chunks = [];
      return () => chunks.push(randomBytes(4096));
    },
  },
  "numbers by text": {
    leaks: "round of",
    create: () => {
      const counts = new Map();
      return () => counts.set(randomBytes(16).toString("hex"), 1);
    },
  },

  nothing: { create: () => () => {} },
  "work that is let go": {
    create: () => async () => {
      const sessions = Array.from({ length: 50 }, () => new Session());
      await sleep(1);
      return sessions.length;
    },
  },
  "a cache that is full": {
    options: { warmup: 40 },
    create: () => {
      const cache = new Map();
      let id = 0;
      return () => {
        cache.set(id++, new Session());
        if (cache.size > 30) cache.delete(cache.keys().next().value);
      };
    },
  },
  "a cache by weak references": {
    create: () => {
      const cache = new WeakMap();
      return () => {
        const key = {};
        cache.set(key, new Session());
      };
    },
  },
  finalizers: {
    create: () => {
      const registry = new FinalizationRegistry(() => {});
      return () => registry.register(new Session(), "gone");
    },
  },
  "console output": { create: () => () => console.log("hello", { a: 1 }) },
  "timers that end": { create: () => async () => await sleep(2) },
  "timers that nobody waits for": {
    options: { settleMs: 50 },
    create: () => () => {
      const session = new Session();
      setTimeout(() => session.payload.length, 5);
    },
  },
  "listeners that go": {
    create: () => {
      const bus = new EventEmitter();
      return async () => {
        const arrived = once(bus, "tick");
        bus.emit("tick", new Session());
        await arrived;
      };
    },
  },
  "files and digests": {
    create: () => async () => {
      const text = await readFile(new URL(import.meta.url), "utf8");
      return createHash("sha256").update(text).digest("hex");
    },
  },
  compression: {
    create: () => async () => {
      const packed = await promisify(gzip)("hello ".repeat(1000));
      return await promisify(gunzip)(packed);
    },
  },
  "asynchronous context": {
    create: () => {
      const storage = new AsyncLocalStorage();
      return async () => await storage.run(new Session(), async () => await sleep(1));
    },
  },
  "parsing and formatting": {
    create: () => () => {
      const value = JSON.parse(
        JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ id, name: `n${id}` }))),
      );
      return new Intl.NumberFormat("en").format(value.length) + /(\d+)-(\w+)/.exec("12-ab")[0];
    },
  },
  "errors and stacks": {
    create: () => () => {
      try {
        throw new Error("expected");
      } catch (error) {
        return error.stack.length;
      }
    },
  },
  "requests to a server": {
    options: { settleMs: 50 },
    create: () => {
      const url = startServer();
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      return async () => {
        const request = http.get(await url, { agent });
        const [response] = await once(request, "response");
        for await (const _chunk of response);
      };
    },
  },
  "fetch from a server": {
    options: { settleMs: 50, warmup: 60 },
    create: () => {
      const url = startServer();
      return async () => await (await fetch(await url)).text();
    },
  },
  "a module that is loaded when needed": {
    options: { warmup: 1 },
    create: () => async () => (await import("node:dns/promises")).Resolver.name,
  },
};
