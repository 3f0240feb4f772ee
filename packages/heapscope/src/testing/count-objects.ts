// How many objects are alive. Of a class: the inspector collects garbage and then walks the heap for objects that have the
// class's prototype on their chain; exact, and a matter of milliseconds. By name: from a snapshot.

import path from "node:path";
import { prepareThread, rest, writeSnapshot } from "./capture-rounds.ts";
import { withHeapSession, type HeapSession } from "./heap-session.ts";
import { runAnalysis } from "./run-analysis.ts";
import { createSnapshotFolder } from "./snapshot-folder.ts";

/** A class, abstract ones included. */
export type AnyClass = abstract new (...parameters: never[]) => unknown;

/** Under this name the inspector, which knows globals, gets the class. */
const HANDOVER = Symbol.for("heapscope.counted-class");

const GROUP = "heapscope-count";

/** Prototypes of subclasses have the prototype on their chain, too, and are no instances. */
const COUNT_INSTANCES = `function () {
  let count = 0;
  for (const object of this) {
    const constructor = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
    if (typeof constructor !== "function" || constructor.prototype !== object) count++;
  }
  return count;
}`;

/** Live instances of the class and of its subclasses. */
export async function countInstances(counted: AnyClass): Promise<number> {
  // The inspector finds objects of one context at a time. Test runners have several: jest gives each file one.
  const realm = findRealm(counted);
  return await withHeapSession(async (session) => {
    realm[HANDOVER] = counted;
    try {
      for (const contextId of await session.listContexts()) {
        const count = await countInContext(session, contextId);
        if (count !== undefined) return count;
      }
    } finally {
      delete realm[HANDOVER];
      await session.send("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    }
    throw new Error(`countObjects: the inspector does not see the context that ${counted.name} belongs to.`);
  });
}

/** `undefined` where the class is not from that context. */
async function countInContext(session: HeapSession, contextId: number): Promise<number | undefined> {
  const { result: prototype, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression: `globalThis[Symbol.for("${HANDOVER.description}")].prototype`,
    contextId,
    objectGroup: GROUP,
    silent: true,
  });
  if (exceptionDetails !== undefined || prototype.objectId === undefined) return undefined;
  const { objects } = await session.send("Runtime.queryObjects", {
    prototypeObjectId: prototype.objectId,
    objectGroup: GROUP,
  });
  const { result } = await session.send("Runtime.callFunctionOn", {
    objectId: objects.objectId ?? "",
    functionDeclaration: COUNT_INSTANCES,
    returnByValue: true,
    silent: true,
  });
  return Number(result.value);
}

/** The global object of the context that a class was made in, which need not be the one of this module. */
function findRealm(counted: AnyClass): Record<symbol, unknown> {
  let prototype: object = counted;
  for (let next: unknown = counted; typeof next === "function"; next = Object.getPrototypeOf(next))
    prototype = next;
  // The last function on the chain is Function.prototype, whose constructor makes functions of that context.
  const { constructor } = prototype;
  try {
    return constructor("return globalThis")() as Record<symbol, unknown>;
  } catch {
    return globalThis as unknown as Record<symbol, unknown>; // no code from strings here
  }
}

/** Live objects whose constructor has exactly this name. */
export async function countByName(className: string): Promise<number> {
  const folder = createSnapshotFolder();
  try {
    const file = path.join(folder.path, "count.heapsnapshot");
    await withHeapSession(async (session) => {
      await prepareThread(session);
      await rest(session, 0);
    });
    writeSnapshot(file); // without the session, whose class is called Session
    const { count } = await runAnalysis({ kind: "count", file, className });
    return count;
  } finally {
    folder.remove();
  }
}
