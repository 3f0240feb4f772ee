// `node --import @heapscope/agent/register app.js`: the agent of the process, as the environment and heapscope.config.json
// have it. In worker threads, which inherit the flag, there is nothing to do: the main thread captures them. Package managers
// inherit it with NODE_OPTIONS; an agent in them would take the port and the signal of the service that they start.

import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { start } from "./index.ts";

const isPackageManager = /^(npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(-cli)?(\.c?js)?$/.test(
  path.basename(process.argv[1] ?? ""),
);

if (isMainThread && !isPackageManager) start();
