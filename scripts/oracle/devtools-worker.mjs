/**
 * Asks the real heap snapshot worker of Chrome DevTools about files.
 *
 * It runs in threads of its own (as in DevTools: one that parses and answers, one for dominators), with as much heap
 * as the machine can give, and hands columns over as buffers, so that files of gigabytes work.
 *
 * Cost: for a 1 GB file several minutes and about 8 GB; see devtools-thread.mjs.
 * Called by oracle.mjs.
 */
// @ts-check
import { totalmem } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { devToolsBundle } from "./devtools-bundle.mjs";

/** How many nodes' retainers are listed: spread evenly, those with most, none above the limit. */
export const defaultSample = { spread: 500, most: 20, limit: 20_000 };

/**
 * @typedef {object} DevToolsSnapshot one file, open in the worker
 * @property {number} nodeCount
 * @property {(sample?: { spread: number, most: number, limit: number }) => Promise<import("./heap-analysis.mjs").HeapAnalysis>} analyze
 * @property {() => Promise<void>} close
 * @property {number} handle
 *
 * @typedef {object} DevTools
 * @property {(file: string) => Promise<DevToolsSnapshot>} open
 * @property {(base: DevToolsSnapshot, target: DevToolsSnapshot) => Promise<import("./heap-analysis.mjs").PairAnalysis>} compare
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the worker.
 * @param {(message: string) => void} [onStatus]
 * @returns {Promise<DevTools>}
 */
export async function startDevTools(onStatus) {
  const bundleUrl = pathToFileURL(await devToolsBundle(onStatus)).href;
  const resourceLimits = { maxOldGenerationSizeMb: Math.floor((totalmem() / 2 ** 20) * 0.8) };
  const worker = new Worker(new URL("devtools-thread.mjs", import.meta.url), {
    workerData: { bundleUrl, resourceLimits },
    resourceLimits,
  });

  let lastCall = 0;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const pending = new Map();
  worker.on("message", ({ call, result, error }) => {
    const waiting = pending.get(call);
    pending.delete(call);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(`DevTools' worker says: ${error}`));
  });
  worker.on("error", (error) => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  });

  /**
   * @param {string} method
   * @param {...unknown} args
   * @returns {Promise<any>}
   */
  const ask = (method, ...args) =>
    new Promise((resolve, reject) => {
      pending.set(++lastCall, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage({ call: lastCall, method, args });
    });

  return {
    async open(file) {
      const { handle, nodeCount } = await ask("open", file).catch((error) => {
        throw new Error(`${file} cannot be read. ${error.message}`, { cause: error });
      });
      return {
        handle,
        nodeCount,
        async analyze(sample = defaultSample) {
          return {
            nodeCount,
            ...(await ask("columns", handle)),
            ...(await ask("tables", handle)),
            retainers: await ask("retainers", handle, sample),
            filteredGroups: await ask("filteredGroups", handle),
            searches: await ask("searches", handle),
            ignoredRetainers: await ask("ignoredRetainers", handle, sample),
            names: (nodes) => ask("names", handle, Array.from(nodes)),
          };
        },
        close: () => ask("close", handle),
      };
    },
    compare: (base, target) => ask("compare", base.handle, target.handle),
    async stop() {
      await worker.terminate();
    },
  };
}
