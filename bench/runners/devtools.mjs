// The heap snapshot worker of Chrome DevTools, as bundled by chrome-devtools-mcp: from file to all groups.
//
// usage: node devtools.mjs <peer folder> <snapshot>      (started by bench.mjs)
//
// Speaks the worker's own message protocol, as the Memory panel does: the file is sent in 1 MiB chunks, a second worker
// helps with the dominators, and the groups come back as a message. Needs Node 22 or newer (Promise.withResolvers).
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import { finish, groupTotals } from "./report.mjs";

const [folder, file] = process.argv.slice(2);
const bundle = pathToFileURL(
  join(folder, "node_modules/chrome-devtools-mcp/build/src/third_party/devtools-heap-snapshot-worker.js"),
);
const loader = 1;
const snapshot = 2;

const first = await start();
await first.call({ disposition: "createLoader", objectId: loader });
for await (const chunk of createReadStream(file, { encoding: "latin1", highWaterMark: 1 << 20 })) {
  await first.call({
    disposition: "method",
    objectId: loader,
    methodName: "write",
    methodArguments: [chunk],
  });
}
await first.call({ disposition: "method", objectId: loader, methodName: "close", methodArguments: [] });

const second = await start();
const { port1, port2 } = new MessageChannel();
await second.call({ disposition: "setupForSecondaryInit", objectId: 1 }, [port2]);
const build = { disposition: "factory", objectId: loader, methodName: "buildSnapshot", methodArguments: [] };
await first.call({ ...build, newObjectId: snapshot }, [port1]);
second.stop();
await first.call({ disposition: "dispose", objectId: loader });
const { totalSize } = await method("updateStaticData");
const groups = await method("aggregatesWithFilter", {});

finish(() => ({
  total: totalSize,
  ...groupTotals(
    Object.values(groups).map(({ count, self, maxRet }) => ({
      count,
      shallowSize: self,
      retainedSize: maxRet,
    })),
  ),
}));

function method(methodName, ...methodArguments) {
  return first.call({ disposition: "method", objectId: snapshot, methodName, methodArguments });
}

async function start() {
  const worker = new Worker(bundle);
  const waiting = new Map();
  let lastCall = 0;
  worker.on("error", (error) => {
    throw error; // ends the process: out of memory, mostly
  });
  await once(worker, "message"); // "workerReady"
  worker.on("message", ({ callId, result, error, errorCallStack }) => {
    const call = waiting.get(callId); // progress events carry no call
    if (error) call?.reject(new Error(`${error}\n${errorCallStack}`));
    else call?.resolve(result);
    waiting.delete(callId);
  });
  return {
    call: (message, transfer) =>
      new Promise((resolve, reject) => {
        const callId = ++lastCall;
        waiting.set(callId, { resolve, reject });
        worker.postMessage({ ...message, callId }, transfer);
      }),
    stop: () => void worker.terminate(),
  };
}
