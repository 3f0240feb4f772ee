// The heap snapshot worker of Chrome DevTools, as bundled by chrome-devtools-mcp, driven as the Memory panel does.
//
// It speaks the worker's own message protocol: a file is sent in 1 MiB chunks, a second worker helps with the dominators, and
// answers come back as messages. Needs Node 22 or newer (Promise.withResolvers). Used by devtools.mjs and devtools-pair.mjs.
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";

/** @param folder where the peer is installed */
export async function startDevTools(folder) {
  const bundle = pathToFileURL(
    join(folder, "node_modules/chrome-devtools-mcp/build/src/third_party/devtools-heap-snapshot-worker.js"),
  );
  const worker = await startWorker(bundle);
  let lastObject = 0;
  return {
    /** Loads a file; returns `{ totalSize, ask(methodName, ...arguments) }`. */
    async load(file) {
      const loader = ++lastObject;
      const snapshot = ++lastObject;
      const method = (objectId, methodName, ...methodArguments) =>
        worker.call({ disposition: "method", objectId, methodName, methodArguments });
      await worker.call({ disposition: "createLoader", objectId: loader });
      for await (const chunk of createReadStream(file, { encoding: "latin1", highWaterMark: 1 << 20 }))
        await method(loader, "write", chunk);
      await method(loader, "close");

      const second = await startWorker(bundle);
      const { port1, port2 } = new MessageChannel();
      await second.call({ disposition: "setupForSecondaryInit", objectId: 1 }, [port2]);
      const build = {
        disposition: "factory",
        objectId: loader,
        methodName: "buildSnapshot",
        methodArguments: [],
      };
      await worker.call({ ...build, newObjectId: snapshot }, [port1]);
      second.stop();
      await worker.call({ disposition: "dispose", objectId: loader });
      const { totalSize } = await method(snapshot, "updateStaticData");
      return { totalSize, ask: (methodName, ...rest) => method(snapshot, methodName, ...rest) };
    },
  };
}

async function startWorker(bundle) {
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
