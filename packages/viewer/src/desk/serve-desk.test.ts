import { drawHeap } from "@heapscope/testkit";
import { describe, expect, it } from "vitest";
import { createMessageLink, type MessageLink } from "../links/message-link.ts";
import { askRows, type MessageToPage } from "../protocol/index.ts";
import { createDesk, type Desk } from "./desk.ts";
import { serveDesk } from "./serve-desk.ts";

const DRAWING = `
  global -cache-> cache:Map(32) =table=> table:array(800)
  table -[0]-> Session(48), Session2:Session(48)
`;

async function drawnDesk(): Promise<Desk> {
  const { snapshot } = await drawHeap(DRAWING);
  const desk = createDesk();
  desk.add({ name: "drawn", open: () => Promise.resolve(snapshot) });
  return desk;
}

/** A desk and a way to say anything to it. Messages go through JSON, as over a socket. */
function connect(desk: Desk): {
  readonly say: (message: unknown) => void;
  readonly heard: MessageToPage[];
  readonly link: MessageLink;
  readonly stop: () => void;
} {
  const heard: MessageToPage[] = [];
  let toDesk = (_message: unknown): void => {};
  let toPage = (_message: MessageToPage): void => {};
  const link = createMessageLink(
    { post: (message) => toDesk(JSON.parse(JSON.stringify(message))), onMessage: (on) => (toPage = on) },
    "worker",
  );
  const stop = serveDesk(desk, {
    post(message) {
      const sent = JSON.parse(JSON.stringify(message)) as MessageToPage;
      heard.push(sent);
      toPage(sent);
    },
    onMessage: (on) => (toDesk = on),
  });
  return { say: (message) => toDesk(message), heard, link, stop };
}

const TOP = { table: "summary", params: { file: 0 }, of: "", start: 0, count: 10 } as const;

describe("serveDesk", () => {
  it("answers over messages what the desk answers, and tells of the files", async () => {
    const desk = await drawnDesk();
    const { link } = connect(desk);
    const rows = await askRows(link, TOP);
    expect(rows).toEqual(await desk.answer("rows", TOP));
    expect(rows.rows.map((row) => "className" in row && row.className)).toEqual(["Map", "Session"]);
    const files = await link.ask("files", {});
    expect(files).toEqual(desk.files());
    expect(files[0]).toMatchObject({ name: "drawn", state: "ready", content: { kind: "snapshot" } });
    link.onFiles((told) => expect(told).toEqual(files))();
  });

  it("answers everything that is no question with an error, and goes on", async () => {
    const { say, heard, link } = connect(await drawnDesk());
    await link.ask("files", {});
    const wrong: readonly unknown[] = [
      undefined,
      null,
      7,
      "ask",
      [],
      {},
      { type: "ask" },
      { type: "ask", id: "1", name: "files" },
      { type: "ask", id: 1.5, name: "files" },
      { type: "cancel", id: 12345 },
    ];
    for (const message of wrong) say(message);
    const asks: readonly (readonly [unknown, unknown])[] = [
      ["constructor", {}],
      ["__proto__", {}],
      ["toString", {}],
      [7, {}],
      ["rows", undefined],
      ["rows", []],
      ["rows", { ...TOP, table: "constructor" }],
      ["rows", { ...TOP, params: { file: -1 } }],
      ["rows", { ...TOP, params: { file: "0" } }],
      ["rows", { ...TOP, params: { file: 99 } }],
      ["rows", { ...TOP, params: { file: 0, text: "/(/" } }],
      ["rows", { ...TOP, params: { file: 0, text: "x".repeat(20_000) } }],
      ["rows", { ...TOP, params: { file: 0, only: { kind: "nothing" } } }],
      ["rows", { ...TOP, params: { file: 0, only: { kind: "nativeContext", id: 3 } } }],
      ["rows", { ...TOP, start: -5 }],
      ["rows", { ...TOP, count: 1.5 }],
      ["rows", { ...TOP, start: Number.NaN }],
      ["rows", { ...TOP, of: 7 }],
      ["rows", { ...TOP, of: "o99999999999" }],
      ["rows", { ...TOP, of: "x" }],
      ["rows", { ...TOP, order: { by: "__proto__", descending: true } }],
      ["rows", { ...TOP, order: { by: "count" } }],
      ["rows", { ...TOP, table: "retainers", params: { file: 0, id: 9 }, of: "r1.2.3" }],
      ["rows", { ...TOP, table: "mergedPaths", params: { file: 0, group: "g99" } }],
      ["rows", { ...TOP, table: "mergedPaths", params: { file: 0, ids: [9] }, of: "p7.7" }],
      ["rows", { ...TOP, table: "calls", params: { file: 0, direction: "down" } }],
      ["object", { file: 0, id: 4_000_000_000 }],
      ["object", { file: 0 }],
      ["text", { file: 0, id: 9, from: 0, length: 5 }],
      ["leaks", { files: "all" }],
    ];
    asks.forEach(([name, ask], i) => say({ type: "ask", id: 100 + i, name, ask }));
    await expect.poll(() => heard.filter((message) => message.type === "error")).toHaveLength(asks.length);
    for (const message of heard) if (message.type === "error") expect(message.message).toMatch(/^.+[.!]$/s);
    expect((await askRows(link, TOP)).total).toBe(2);
  });

  it("gives no more rows than one slice may have, and none behind the end", async () => {
    const { link } = connect(await drawnDesk());
    expect((await askRows(link, { ...TOP, count: 2 ** 40 })).rows).toHaveLength(2);
    expect(await askRows(link, { ...TOP, start: 2 ** 50 })).toMatchObject({ total: 2, rows: [] });
  });

  it("cancels a question that waits for its file, and answers another one about it", async () => {
    const { snapshot } = await drawHeap(DRAWING);
    let finish = (): void => {};
    const desk = createDesk();
    desk.add({
      name: "slow",
      open(run) {
        run.onProgress?.({ stage: "reading", done: 5, total: 10 });
        return new Promise((resolve) => (finish = () => resolve(snapshot)));
      },
    });
    const { link, heard } = connect(desk);
    const abort = new AbortController();
    const stages: string[] = [];
    const first = askRows(link, TOP, { signal: abort.signal, onProgress: ({ stage }) => stages.push(stage) });
    const second = askRows(link, TOP);
    await expect.poll(() => stages).toContain("reading");
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    finish();
    expect((await second).total).toBe(2);
    expect(heard.some(({ type }) => type === "files")).toBe(true);
  });

  it("says why a file could not be opened, and goes on with the next", async () => {
    const { snapshot } = await drawHeap(DRAWING);
    const desk = createDesk();
    desk.add({ name: "bad", open: () => Promise.reject(new Error("The file is empty.")) });
    desk.add({ name: "good", open: () => Promise.resolve(snapshot) });
    await expect(desk.answer("rows", TOP)).rejects.toMatchObject({
      code: "not-ready",
      message: "The file is empty.",
    });
    expect((await desk.answer("rows", { ...TOP, params: { file: 1 } })).total).toBe(2);
    expect(desk.files().map(({ state }) => state)).toEqual(["failed", "ready"]);
  });

  it("rejects what is asked when the way is cut off", async () => {
    const { link } = connect(createDesk());
    const ends: string[] = [];
    link.onEnd((sentence) => ends.push(sentence));
    link.end("The server has ended.");
    await expect(link.ask("files", {})).rejects.toMatchObject({ code: "disconnected" });
    expect(ends).toEqual(["The server has ended."]);
  });
});
