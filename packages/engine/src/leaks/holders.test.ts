/** Real snapshots: fixtures/programs/holders holds an object of a class `In…` in each way that a program can. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { openFile } from "../node/index.ts";
import { pathSignature } from "./path-signature.ts";
import { foldPath } from "./path-words.ts";
import { findUserRoute } from "./user-route.ts";

const HOLDERS = "module app/holders.cjs";
const RETURNING = "variable held in closure scope of returning()";
const PENDING = `${HOLDERS} › variable pending`;

/** Class -> how an object of it is held. */
const EXPECTED: Record<string, string> = {
  InMapValue: `${HOLDERS} › variable mapValues › Map value`,
  InMapKey: `${HOLDERS} › variable mapKeys › Map key`,
  InSet: `${HOLDERS} › variable set › Set element`,
  InArray: `${HOLDERS} › variable list › [2]`,
  InDictionary: `${HOLDERS} › variable dictionary › ["order-1"]`,
  InNumbered: `${HOLDERS} › variable numbered › [1000000]`,
  InWeakMap: `${HOLDERS} › variable weakKey › WeakMap value of key {}`,
  InSubclassOfMap: `${HOLDERS} › variable cache › Map value`,
  InLinkedList: `${HOLDERS} › variable head › .next (… ×20) › .payload`,
  InMapIterator: `${HOLDERS} › variable mapIterator › Map value`,
  InArrayIterator: `${HOLDERS} › variable arrayIterator › iterated array › [1]`,

  InStatic: `${HOLDERS} › variable Registry › .items › [0]`,
  InPrivate: `${HOLDERS} › variable registry › .#own`,
  InSymbol: `${HOLDERS} › variable withSymbol › [Symbol(tag)]`,
  InGetter: `${HOLDERS} › variable withGetter › getter .lazy › ${RETURNING}`,
  InProxyTarget: `${HOLDERS} › variable proxyOfTarget › proxy target`,
  InProxyHandler: `${HOLDERS} › variable proxyWithHandler › proxy handler › .get › .held`,

  InOuterScope: `${HOLDERS} › variable inner › variable held in closure scope of outer()`,
  InBoundThis: `${HOLDERS} › variable boundThis › bound this`,
  InBoundArgument: `${HOLDERS} › variable boundArgument › bound argument`,
  InGenerator: `${HOLDERS} › variable generator › local variable of generator lines()`,

  InPromise: `${HOLDERS} › variable settled › promise result`,
  InThen: `${PENDING} › then-callback › ${RETURNING}`,
  InAwait: `${PENDING} › awaited by async function wait() › local variable of async function wait()`,
  InOuterAwait:
    `${PENDING} › awaited by async function wait() › promise of async function wait() › ` +
    "awaited by async function waitOutside() › local variable of async function waitOutside()",
  InPromiseAll: `${PENDING} › then-callback › result collected by Promise.all`,

  InListener: `${HOLDERS} › variable emitter › listener of 'data' on EventEmitter › ${RETURNING}`,
  InOnce: `${HOLDERS} › variable emitter › listener of 'end' on EventEmitter › ${RETURNING}`,
  InAbortListener: `${HOLDERS} › variable aborter › .#signal › listener of 'abort' on AbortSignal › ${RETURNING}`,
  InProcessListener: `process › listener of 'SIGUSR2' on process › ${RETURNING}`,
  InTimerArgument: "timer (100000 ms) › timer argument",
  InInterval: `timer (50000 ms) › callback › ${RETURNING}`,

  InAsyncStorage: "timer (90000 ms) › AsyncLocalStorage store",
  InHeldValue: `${HOLDERS} › variable finalizers › finalization registry held value`,
  InGlobal: "global › .leftBehind",
  InExports: "require cache › app/holders.cjs exports › .public › .x",
  InServer: `native handle TCP › owner of TCP › listener of 'connection' on Server › ${RETURNING}`,

  InModuleLocal: "module app/main.mjs › variable local › Map value",
  InModuleExport: "module app/main.mjs › variable exported › [0]",
  InModuleImport: "module app/store.mjs › variable imported › Map value",
  InModuleHidden: "module app/store.mjs › variable hidden › [0]",
  InModuleBlock: "module app/main.mjs › variable inBlock › variable held in block of module app/main.mjs",
};

interface Held {
  words: string;
  signature: string;
}

/** Class -> how its object is held; the prototypes have the same name in some versions, but a property `constructor`. */
function findHeld(snapshot: HeapSnapshot): Record<string, Held> {
  const held: Record<string, Held> = {};
  for (let node = 0; node < snapshot.graph.nodeCount; node++) {
    const object = snapshot.object(node);
    if (object.type !== "object" || !/^In[A-Z]\w+$/.test(object.name)) continue;
    if (object.edges().some(({ name }) => name === "constructor")) continue;
    const route = findUserRoute(object)!;
    held[object.name] = {
      words: foldPath(route)
        .map(({ edge }) => edge)
        .join(" › "),
      signature: pathSignature(route, route.length - 2),
    };
  }
  return held;
}

const heldBy = new Map<number, Promise<Record<string, Held>>>();

function heldIn(version: number): Promise<Record<string, Held>> {
  const name = `../../../../fixtures/excerpts/node-${version}-holders.heapsnapshot.gz`;
  let held = heldBy.get(version);
  if (held === undefined)
    heldBy.set(version, (held = openFile(fileURLToPath(new URL(name, import.meta.url))).then(findHeld)));
  return held;
}

describe.each([20, 22, 24, 26])("in a snapshot of Node %i", (version) => {
  test("each way to hold an object is told as a person would", async () => {
    const held = await heldIn(version);
    const words = Object.fromEntries(Object.entries(held).map(([name, { words: told }]) => [name, told]));
    // V8 of Node 20 calls an AbortSignal an EventTarget.
    const expected =
      version > 20
        ? EXPECTED
        : {
            ...EXPECTED,
            InAbortListener: EXPECTED["InAbortListener"]!.replace("AbortSignal", "EventTarget"),
          };
    expect(words).toEqual(expected);
  });

  test("the signatures are those of Node 24", async () => {
    const signatures = (held: Record<string, Held>) =>
      Object.entries(held)
        .map(([name, { signature }]) => `${name}: ${signature}`)
        .sort();
    expect(signatures(await heldIn(version))).toEqual(signatures(await heldIn(24)));
  });
});
