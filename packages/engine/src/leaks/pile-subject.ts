/**
 * What a pile is about: from what arrives (a listener, a promise, an array) down to the place below that most of the bytes
 * belong to, until there is a class that the program has named.
 *
 * Cost: O(places below the pile).
 */
import type { NodeIndex } from "../graph/heap-graph.ts";
import type { GrowthPlaces, Place } from "./growth-places.ts";
import type { GrowthSeries } from "./growth-series.ts";
import { MAIN_PART, type Pile } from "./piles.ts";

/** Steps from an arrival down to what it is about. */
const LONGEST_WAY_TO_SUBJECT = 10;

/** Where what the arrivals are about stands: a named class that most of their bytes belong to, or the arrivals themselves. */
export function findSubjectPlace(places: GrowthPlaces, { place, sizeOfPlace }: Pile): Place {
  const nameOf = (at: Place): string => places.classNames[places.classOf[at]];
  if (isOwnClass(nameOf(place)) || nameOf(place).startsWith("{")) return place;
  const below = new Map<Place, Set<Place>>();
  // Each place adds its bytes to all places between it and the pile's.
  const sums = new Map<Place, number>();
  for (const [at, size] of sizeOfPlace) {
    let steps = 0;
    for (let up = at; up !== 0 && steps < 64; up = places.above[up], steps++) {
      sums.set(up, (sums.get(up) ?? 0) + size);
      if (up === place) break;
      const from = places.above[up];
      let children = below.get(from);
      if (children === undefined) below.set(from, (children = new Set()));
      children.add(up);
    }
  }
  let at = place;
  let fallback = place;
  for (let steps = 0; steps < LONGEST_WAY_TO_SUBJECT; steps++) {
    let next = 0;
    for (const child of below.get(at) ?? [])
      if (next === 0 || sums.get(child)! > sums.get(next)!) next = child;
    if (next === 0 || sums.get(next)! < MAIN_PART * sums.get(place)!) break;
    at = next;
    if (isOwnClass(nameOf(at))) return at;
    if (fallback === place && nameOf(at).startsWith("{")) fallback = at;
  }
  return fallback;
}

/** A node of the subject's place that came with the arrival; the arrival itself if there is none. */
export function findSubject(
  { placeOf }: GrowthSeries,
  { members }: Pile,
  entry: NodeIndex,
  subjectPlace: Place,
  arrivalOf: Uint32Array,
): NodeIndex {
  if (placeOf[entry] === subjectPlace) return entry;
  return members.find((node) => arrivalOf[node] === entry + 1 && placeOf[node] === subjectPlace) ?? entry;
}

/** Classes of the language and of Node that do not say what a program does. */
const COMMON_CLASSES: ReadonlySet<string> = new Set(
  (
    "Object Array Map Set WeakMap WeakSet WeakRef Promise Generator AsyncGenerator AsyncFunction Date Error ArrayBuffer " +
    "SharedArrayBuffer Uint8Array Buffer FastBuffer Timeout Immediate Listener FinalizationRegistry Function Symbol Proxy " +
    "Arguments AsyncResource Iterator AsyncContextFrame Module process global"
  ).split(" "),
);

/** Whether a program gave the class its name, as far as a snapshot can tell. */
export function isOwnClass(className: string): boolean {
  return (
    /^[\p{ID_Start}$_][^ ]*$/u.test(className) && !className.endsWith("()") && !COMMON_CLASSES.has(className)
  );
}
