// What happens between a page that does not read and a desk that goes on telling.

import { EventEmitter } from "node:events";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { MessageToPage } from "@heapscope/viewer/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { joinPage, type PageSocket } from "./join-page.ts";

/** A connection whose other side reads when it is told to. */
class SlowPage extends EventEmitter {
  readonly sent: MessageToPage[] = [];
  readonly #waiting: { readonly size: number; readonly done: () => void }[] = [];
  isPaused = false;
  closedWith: number | undefined;

  get bufferedAmount(): number {
    return this.#waiting.reduce((sum, { size }) => sum + size, 0);
  }

  send(text: string, done: () => void): void {
    this.sent.push(JSON.parse(text) as MessageToPage);
    this.#waiting.push({ size: text.length, done });
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    this.closedWith = code;
  }

  /** Reads all that waits. */
  read(): void {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) next.done();
  }
}

let page: SlowPage;
let desk: MessagePort;
let ours: MessagePort;

beforeEach(() => {
  page = new SlowPage();
  ({ port1: ours, port2: desk } = new MessageChannel());
  joinPage(page as unknown as PageSocket, ours);
});
afterEach(() => desk.close());

const LARGE = "x".repeat(3_000_000);

it("reads no question while much waits to be sent, and goes on when it is sent", async () => {
  desk.postMessage({ type: "answer", id: 1, answer: LARGE });
  await expect.poll(() => page.sent.length).toBe(1);
  expect(page.isPaused).toBe(false);
  desk.postMessage({ type: "answer", id: 2, answer: LARGE });
  await expect.poll(() => page.isPaused).toBe(true);
  page.read();
  expect(page.isPaused).toBe(false);
});

it("drops news that a page does not read, but for the last state of the files", async () => {
  const files = (name: string): MessageToPage => ({
    type: "files",
    files: [{ file: 0, name, state: "reading" }],
  });
  desk.postMessage({ type: "answer", id: 1, answer: LARGE });
  desk.postMessage({ type: "answer", id: 2, answer: LARGE });
  for (let done = 0; done < 1000; done++) {
    desk.postMessage({ type: "progress", id: 3, progress: { stage: "reading", done } });
    desk.postMessage(files(`state ${done}`));
  }
  desk.postMessage({ type: "answer", id: 3, answer: "kept" });
  await expect.poll(() => page.sent.length).toBe(3);
  page.read();
  expect(page.sent.slice(2)).toEqual([{ type: "answer", id: 3, answer: "kept" }, files("state 999")]);
  desk.postMessage({ type: "progress", id: 4, progress: { stage: "reading", done: 1 } });
  await expect.poll(() => page.sent.length).toBe(5);
});

it("closes each side when the other one has gone", async () => {
  desk.close();
  await expect.poll(() => page.closedWith).toBe(1011);
});
