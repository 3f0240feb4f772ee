// Growth that belongs to the test runner or to Node, not to the function under test: what runners keep of the console, of
// mock functions and their calls, and of the running test until it ends; what Node keeps for observers of performance.
//
// A suspect is the runner's own if the place where things accumulate is part of one of the runner's objects: going from the
// container towards the root, past what has no source of its own (plain objects, scopes, tables), the first function or
// class instance is written in a package of a runner. The modules and globals of a test hang on the runner as well, so
// the way ends where it passes a module's exports or a global object. Nothing else may hold the things: what a mock has
// seen and a cache has kept is a leak of the cache.

import { findPlace, type HeapObject, type HeapPath, type Suspect } from "@heapscope/engine";

/** Packages that run tests or make mocks, as they stand in paths and module names. */
const RUNNER =
  /(?:[/\\]node_modules[/\\](?:vitest|@vitest[/\\][^/\\]+|tinyspy|jest(?:-[^/\\]+)?|@jest[/\\][^/\\]+|expect|mocha|sinon|@sinonjs[/\\][^/\\]+|chai|ava|tap|@tapjs[/\\][^/\\]+|@japa[/\\][^/\\]+|uvu|c8|istanbul-[^/\\]+)[/\\]|^node:internal\/test_runner\/)/;

/** What the runner hangs on a global object, or a global object's part that it replaces, where no source tells. */
const RUNNERS_GLOBAL =
  /^(?:\.__vitest_\w+|\.__coverage__|\.__jest\w*|\["?<symbol (?:JEST_|jest-|vitest)[^>]*>"?\])$/i;

/** Node keeps what it has measured of the last 250 requests; tests seldom make so many. */
const BOUNDED_BY_NODE = /\bresourceTimingBuffer$/;

/** How far from the container its owner may be, in steps that have no source. */
const FARTHEST_OWNER = 6;

/** New objects that are asked who else holds them, and how many of their holders are looked at. */
const MOST_SAMPLES = 3;
const MOST_HOLDERS = 50;

/** Whether what accumulates is held by the test runner, and by nothing else. **Cost**: O(holders · length of paths). */
export function isRunnersOwn({ path, holderStep, subject, samples }: Suspect): boolean {
  if (!isOwned(path.slice(0, holderStep + 1))) return false;
  return [subject, ...samples.slice(0, MOST_SAMPLES)].every((sample) => !isHeldByOthers(sample));
}

function isHeldByOthers(sample: HeapObject): boolean {
  return sample
    .retainers()
    .slice(0, MOST_HOLDERS)
    .some(({ type, from }) => {
      if (type === "weak") return false;
      const [way = []] = from.paths(1);
      // What is reached through the sample itself, such as a child that knows its parent, goes with it.
      return !way.some(({ object }) => object.node === sample.node) && !isOwned(way);
    });
}

function isOwned(path: HeapPath): boolean {
  const nearest = Math.max(0, path.length - FARTHEST_OWNER);
  for (let step = path.length - 1; step >= nearest; step--) {
    const { edge, object } = path[step]!;
    const { description } = edge;
    if (RUNNERS_GLOBAL.test(description) || BOUNDED_BY_NODE.test(description)) return true;
    const place = findPlace(object);
    // A script without a name is of functions that never ran; those of runners have.
    if (place !== undefined) return RUNNER.test(object.snapshot.scriptUrls.get(place.scriptId) ?? "");
    if (isConsoleBuffer(path, step)) return true;
    if (description === ".exports" || description === ".default" || isGlobal(object)) return false;
  }
  return false;
}

/** jest keeps what a test writes to its console: `console._buffer`, whose class cannot be told from the snapshot. */
function isConsoleBuffer(path: HeapPath, step: number): boolean {
  return path[step]!.edge.description === "._buffer" && path[step - 1]?.edge.description === ".console";
}

function isGlobal({ name, type }: HeapObject): boolean {
  return type === "object" && /^global(?:This)?\b|^Object \/ |^Window\b/.test(name);
}
