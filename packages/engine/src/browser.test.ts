/**
 * The engine in a browser's worker: the published build as it is, without a bundler, gives the answers that the same files
 * give in Node, with shared memory and without it.
 */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import type * as Engine from "@heapscope/engine";
import {
  measuredColumns,
  measureSnapshot,
  serveEngine,
  type EngineServer,
  type SnapshotMeasures,
  type WorkerRequest,
  type WorkerResponse,
} from "@heapscope/testkit/browser";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { buildPackages, type CleanBuild } from "../../../scripts/clean-build.mjs";

const fixture = path.join(import.meta.dirname, "../../../fixtures/snapshots/node-24-default.heapsnapshot.gz");
const bytes = gunzipSync(fs.readFileSync(fixture));

let build: CleanBuild;
let browser: Browser;
/** What the build says in Node, and how it got there. */
let expected: SnapshotMeasures;
let stages: string[];

beforeAll(async () => {
  build = buildPackages(["@heapscope/engine"]);
  browser = await chromium.launch(await findChromium());

  const engine = (await import(pathToFileURL(path.join(distOf(build), "index.js")).href)) as typeof Engine;
  const progress: Engine.Progress[] = [];
  const onProgress = (report: Engine.Progress) => progress.push(report);
  const snapshot = await engine.openSnapshot(bytes, { onProgress });
  await snapshot.prepare(measuredColumns, { onProgress });
  expected = measureSnapshot(snapshot);
  stages = stagesOf(progress);
});

afterAll(async () => {
  await browser?.close();
  build?.remove();
});

describe.for([
  { name: "cross-origin isolated, with shared memory", isolated: true },
  { name: "not isolated, without shared memory", isolated: false },
])("in a worker of a page that is $name", ({ isolated }) => {
  let server: EngineServer;
  let page: Page;

  beforeAll(async () => {
    server = await serveEngine({ engine: distOf(build), snapshot: fixture, isolated });
    page = await browser.newPage();
    // A worker of which a module is missing says only that it could not be loaded.
    page.on(
      "response",
      (response) => response.ok() || console.error(`${response.status()} ${response.url()}`),
    );
    await page.goto(server.origin);
  });

  afterAll(async () => {
    await page?.close();
    server?.close();
  });

  it("answers what it answers in Node", async () => {
    expect(expected.groups).toHaveLength(20);
    expect(expected.path.length).toBeGreaterThan(3);
    expect(await page.evaluate("crossOriginIsolated")).toBe(isolated);

    const response = await askWorker(page);
    expect(response).toMatchObject({ kind: "measured", sharedColumns: isolated, cancelledAt: undefined });
    expect(response.kind === "measured" && response.measures).toEqual(expected);
  });

  it("reports progress, stage by stage as in Node", async () => {
    const { progress } = await measure(page);
    expect(stagesOf(progress)).toEqual(stages);
    expect(stages).toEqual(
      expect.arrayContaining(["reading", "computing dominators", "computing retainers"]),
    );
    const { length } = bytes;
    expect(progress.findLast(({ stage }) => stage === "reading")).toEqual({
      stage: "reading",
      done: length,
      total: length,
    });
  });

  it("stops reading with a CancelledError when the page cancels", async () => {
    expect(await askWorker(page, { cancelNow: true })).toEqual({ kind: "cancelled", progress: [] });
  });

  it("stops a pass with a CancelledError, and can then go on", async () => {
    const response = await measure(page, { cancelAt: "computing dominators" });
    expect(response.cancelledAt).toBe("computing dominators");
    expect(response.measures).toEqual(expected);
  });
});

function distOf({ folders }: CleanBuild): string {
  return path.join(folders["@heapscope/engine"]!, "dist");
}

/** The stages in their order, without repetitions. */
function stagesOf(progress: readonly Engine.Progress[]): string[] {
  return progress.map(({ stage }) => stage).filter((stage, index, all) => stage !== all[index - 1]);
}

async function measure(
  page: Page,
  options?: AskOptions,
): Promise<Extract<WorkerResponse, { kind: "measured" }>> {
  const response = await askWorker(page, options);
  if (response.kind !== "measured") throw new Error(JSON.stringify(response));
  return response;
}

interface AskOptions {
  readonly cancelAt?: string;
  /** Sends the cancellation right behind the request. */
  readonly cancelNow?: boolean;
}

/** Starts a worker in the page, sends it a request, and waits for its answer. */
function askWorker(page: Page, { cancelAt, cancelNow = false }: AskOptions = {}): Promise<WorkerResponse> {
  const request: WorkerRequest = {
    url: "/snapshot",
    byteLength: bytes.length,
    ...(cancelAt === undefined ? {} : { cancelAt }),
  };
  // As a text: the page's names are not known to the compiler here.
  return page.evaluate<WorkerResponse>(`new Promise((resolve, reject) => {
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message ?? "The worker could not be loaded"));
    worker.postMessage(${JSON.stringify(request)});
    if (${cancelNow}) worker.postMessage("cancel");
  })`);
}
