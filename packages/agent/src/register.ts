// `node --import @heapscope/agent/register app.js`: the agent of the process, as the environment and heapscope.config.json
// have it. In worker threads, which inherit the flag, there is nothing to do: the main thread captures them.

import { isMainThread } from "node:worker_threads";
import { start } from "./index.ts";

if (isMainThread) start();
