// `heapscope/testing`, for vitest, jest, node:test and whatever else runs tests in Node: a test that fails when calling a
// function again and again makes the heap grow, and a count of live objects. No port is opened.
//
// Everything that users see is declared in this one file, since its declarations are published as they are. It is bundled
// as CommonJS, which every runner can load, jest's realms included.

import { countByName, countInstances, type AnyClass } from "./count-objects.ts";
import { measure } from "./measure.ts";

/** How `expectNoLeak` measures, and what it lets pass. */
export interface ExpectNoLeakOptions {
  /** Measured rounds, at least 2; default 3. A leak has to grow in each of them. */
  readonly rounds?: number | undefined;
  /** Calls in each round; default 20. */
  readonly perRound?: number | undefined;
  /**
   * Calls before the first snapshot; default `perRound`. They fill caches, compile code and load modules, which is no leak.
   * A cache that holds 500 entries needs 500 calls to be full.
   */
  readonly warmup?: number | undefined;
  /**
   * Milliseconds to wait before each snapshot; default 0. For work that goes on after the function's promise is fulfilled,
   * such as timers and sockets that close later. Garbage is collected, and the event loop turns, in any case.
   */
  readonly settleMs?: number | undefined;
  /** Leaks that are accepted: signatures, as a failure prints them, or names of classes. */
  readonly ignore?: readonly string[] | undefined;
  /** A file with accepted leaks, as `heapscope leaks --update-baseline` writes it. It must be there. */
  readonly baseline?: string | undefined;
  /** Names of rules by which growth is no leak that do not apply here, as with `heapscope leaks --keep`. */
  readonly keep?: readonly string[] | undefined;
  /** Bytes by which the heap may grow with each call in one place; default 0. */
  readonly tolerance?: number | undefined;
  /** Stops the measurement and rejects with its reason: vitest's and node:test's test contexts have one. */
  readonly signal?: AbortSignal | undefined;
  /** Longest duration of all of it, in milliseconds; without limit by default, since test runners have one. */
  readonly timeoutMs?: number | undefined;
  /** A folder where the snapshots of a failed test stay, for `heapscope path` and the viewer. It is made if need be. */
  readonly keepSnapshots?: string | undefined;
}

/** One place where things accumulate. */
export interface LeakSuspect {
  /** Constructor of what accumulates. */
  readonly className: string;
  /** Kind of what it accumulates in: `Map`, `Array`, `listeners`, `closure scope` … */
  readonly container: string;
  /** What the program calls the container, where it has a name. */
  readonly containerName?: string;
  /** Entries at each snapshot, the one after the warm-up first. */
  readonly counts: readonly number[];
  /** Entries that each round has added and that are still there. */
  readonly added: readonly number[];
  /** Bytes that the rounds have added in this place. */
  readonly retainedSizeDelta: number;
  /** From 0.5, which makes it a leak, to 1. */
  readonly confidence: number;
  /** The same for every run of a program: for `ignore`. */
  readonly signature: string;
  /** From a root to the container. */
  readonly path: readonly { readonly edge: string; readonly node: string; readonly location?: string }[];
  /** Where the objects are made: `file:line:column`. */
  readonly created?: string;
  /** Why it is taken for a leak. */
  readonly evidence: readonly string[];
}

/** What `expectNoLeak` rejects with. The message names each suspect, its growth, what holds it, and where it is made. */
export class LeakError extends Error {
  /** The worst first; at least one. */
  declare readonly suspects: readonly LeakSuspect[];
  /** The snapshots, the oldest first, where `keepSnapshots` is set. */
  declare readonly snapshots: readonly string[];

  constructor(message: string, suspects: readonly LeakSuspect[], snapshots: readonly string[]) {
    super(message);
    // Test runners print what can be enumerated below the message, which has it all.
    Object.defineProperties(this, {
      name: { value: "LeakError" },
      suspects: { value: suspects },
      snapshots: { value: snapshots },
    });
  }
}

/**
 * Calls `subject` again and again and rejects with a `LeakError` if that makes the heap grow.
 *
 *     test("sessions are let go", async () => {
 *       await expectNoLeak(async () => {
 *         const session = await openSession();
 *         await session.close();
 *       });
 *     }, 30_000);
 *
 * Takes one second for a small heap, and about three for the 25 MB that jest comes with: give the test more time than
 * your runner's usual five seconds. What `subject` throws ends the measurement and is thrown on. One measurement at a
 * time: what other code does meanwhile in the same thread counts as well.
 */
export async function expectNoLeak(subject: () => unknown, options: ExpectNoLeakOptions = {}): Promise<void> {
  // Where the test has called, for a failure that is known a few turns of the event loop later.
  const origin: { stack?: string } = {};
  Error.captureStackTrace(origin, expectNoLeak);
  const { message, suspects, snapshots } = await measure(subject, options);
  if (message === undefined) return;
  const failure = new LeakError(message, suspects, snapshots);
  failure.stack = `${failure.name}: ${message}\n${origin.stack?.replace(/^.*\n/, "") ?? ""}`;
  throw failure;
}

/**
 * How many objects are alive, after a garbage collection: instances of a class and of its subclasses, or, by name,
 * objects whose constructor is called so, subclasses not included. Prototypes are no instances. By class it takes
 * milliseconds; by name, a snapshot.
 *
 *     expect(await countObjects(Session)).toBe(0);
 */
export async function countObjects(
  classOrName: string | (abstract new (...parameters: never[]) => unknown),
): Promise<number> {
  if (typeof classOrName === "string") return await countByName(classOrName);
  // An arrow function has no prototype, and makes no objects.
  if (typeof classOrName === "function" && typeof classOrName.prototype === "object")
    return await countInstances(classOrName satisfies AnyClass);
  throw new TypeError("countObjects: give a class, or the name of one as a string.");
}
