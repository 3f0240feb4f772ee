/**
 * The second thread of DevTools' worker: retainers, dominators and retained sizes. DevTools starts one for every
 * snapshot it opens and talks to it through a message port; so does devtools-thread.mjs.
 */
// @ts-check
import { workerData } from "node:worker_threads";
import "./with-resolvers.mjs";

const { bundleUrl, port } = workerData;
const { SecondaryInitManager } = await import(bundleUrl);
void new SecondaryInitManager(port);
