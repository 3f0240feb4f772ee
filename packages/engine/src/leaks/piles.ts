/**
 * Piles: what arrives at one place that grows. An arrival is the topmost new object on its way from the root that stands at
 * such a place; everything new below it came with it and counts for its pile.
 *
 *     place that grows ──▶ arrivals, with all that came with them ──▶ pile
 *     place whose bytes grow, not its objects ──▶ pile of the one object that becomes larger
 *
 * Cost: O(nodes); a map entry for each place below each pile, and 8 bytes for each new object in one.
 */
import type { NodeIndex } from "../graph/heap-graph.ts";
import { CHECK_MASK, type Pass } from "../passes/pass.ts";
import { NO_PLACE, type Place } from "./growth-places.ts";
import { GROWTH_RULES, type GrowthRule } from "./growth-rules.ts";
import { holderOf, type GrowthSeries } from "./growth-series.ts";
import type { IgnoredGrowth } from "./leak-report.ts";
import { NodeRole } from "./node-roles.ts";

/** Of the bytes at a place, the part that the largest holder must hold to stand for it alone. */
export const MAIN_PART = 0.5;
/** Holders that are enough to see a bound that they have in common. */
const LEAST_HOLDERS = 4;
const LEAST_BOUND = 2;
/** Bytes by which a store is enlarged; less may be anything. */
const LEAST_ENLARGEMENT = 16_384;

/** What arrives at one place. */
export interface Pile {
  readonly place: Place;
  /** Arrival -> bytes that came with it. */
  readonly arrivals: Map<NodeIndex, number>;
  /** What is visible of all that came with them, and they themselves. */
  readonly members: NodeIndex[];
  /** Round -> bytes. */
  readonly addedSizes: number[];
  /** Place -> new bytes there that came with the arrivals. */
  readonly sizeOfPlace: Map<Place, number>;
  /** The nearest thing above that is not of this place -> bytes. */
  readonly holders: Map<NodeIndex, number>;
  /** Whether only bytes grow here, and not objects: then the arrival is the thing that grows. */
  readonly isBySize: boolean;
}

/** Walks the last snapshot from the root down. */
export function* collectPiles(
  series: GrowthSeries,
): Pass<{ piles: Map<Place, Pile>; arrivalOf: Uint32Array; rest: ReadonlySet<Place> }> {
  const { placed, placeOf, firstSeen, judgements, chains, areIdsComparable, snapshots } = series;
  const { tree, role, graph } = placed;
  const { holder, order } = tree;
  const { selfSize } = graph;
  const rounds = snapshots.length - 1;
  const chosen = areIdsComparable ? undefined : choosePlaces(series);
  /** NodeIndex -> the arrival it came with, + 1. */
  const arrivalOf = new Uint32Array(graph.nodeCount);
  const piles = new Map<Place, Pile>();
  /** Where something is new that came with no arrival. */
  const rest = new Set<Place>();
  for (let at = 1; at < order.length; at++) {
    if ((at & CHECK_MASK) === 0) yield at / order.length;
    const node = order[at];
    if (role[node] === NodeRole.code) continue;
    const isNew = firstSeen[node] > 0;
    const place = placeOf[node];
    const above = arrivalOf[holder[node]];
    if (role[node] !== NodeRole.visible) arrivalOf[node] = above;
    else if (above !== 0) arrivalOf[node] = isNew ? above : 0;
    else if (
      isNew &&
      (chosen === undefined ? judgements[place] === "grows" : chosen.has(place)) &&
      (!chains.has(place) || placeOf[holder[node]] === place)
    ) {
      arrivalOf[node] = node + 1;
      let pile = piles.get(place);
      if (pile === undefined) {
        pile = {
          place,
          arrivals: new Map(),
          members: [],
          addedSizes: new Array<number>(rounds).fill(0),
          sizeOfPlace: new Map(),
          holders: new Map(),
          isBySize: false,
        };
        piles.set(place, pile);
      }
      pile.arrivals.set(node, 0);
    }
    if (!isNew) continue;
    if (arrivalOf[node] === 0) {
      if (areIdsComparable) rest.add(place);
      continue;
    }
    const arrival = arrivalOf[node] - 1;
    const pile = piles.get(placeOf[arrival])!;
    if (role[node] === NodeRole.visible) pile.members.push(node);
    pile.arrivals.set(arrival, pile.arrivals.get(arrival)! + selfSize[node]);
    pile.addedSizes[firstSeen[node] - 1] += selfSize[node];
    pile.sizeOfPlace.set(place, (pile.sizeOfPlace.get(place) ?? 0) + selfSize[node]);
    const from = holderOf(series, arrival);
    pile.holders.set(from, (pile.holders.get(from) ?? 0) + selfSize[node]);
  }
  if (!areIdsComparable) for (const pile of piles.values()) scaleToGrowth(series, pile);
  return { piles, arrivalOf, rest };
}

/** Growth at places without a pile, by the rules that account for it. */
export function listUnexplained(
  series: GrowthSeries,
  rest: ReadonlySet<Place>,
  piles: ReadonlyMap<Place, Pile>,
): IgnoredGrowth[] {
  const { places } = series;
  const lines: IgnoredGrowth[] = [];
  for (const place of rest) {
    const size = places.sizeDelta(place);
    const count = places.countDelta(place);
    const rule = piles.has(place) ? undefined : ruleOf(series, place);
    if (size <= 0 || rule === undefined) continue;
    const className = places.classNames[places.classOf[place]];
    lines.push({ rule, className, reason: GROWTH_RULES[rule], size, count });
  }
  return lines;
}

/** Adds what grows in bytes only: buffers, strings, tables of numbers. */
export function addSizePiles(series: GrowthSeries, piles: Map<Place, Pile>): void {
  const { places, placed, placeOf } = series;
  const growing = new Set<Place>();
  for (const place of places.all)
    if (!piles.has(place) && (isLonger(series, place) || isStoreEnlarged(series, place))) growing.add(place);
  if (growing.size === 0) return;
  const largest = new Map<Place, NodeIndex>();
  for (const node of placed.tree.order) {
    const place = placeOf[node];
    if (!growing.has(place) || placed.role[node] !== NodeRole.visible) continue;
    if (!largest.has(place)) largest.set(place, node);
  }
  for (const [place, node] of largest) {
    const sizes = places.sizesAt(place);
    const addedSizes = sizes.slice(1).map((size, round) => size - sizes[round]);
    const size = places.sizeDelta(place);
    piles.set(place, {
      place,
      arrivals: new Map([[node, size]]),
      members: [node],
      addedSizes,
      sizeOfPlace: new Map([[place, size]]),
      holders: new Map([[holderOf(series, node), size]]),
      isBySize: true,
    });
  }
}

/**
 * Places of piles that many holders share, none of which has become larger than the largest was at first: then each is
 * bounded, and they fill up one after the other.
 */
export function findFullHolders(series: GrowthSeries, piles: ReadonlyMap<Place, Pile>): Set<Place> {
  const { placed, placeOf, firstSeen, areIdsComparable } = series;
  /** Place -> holder -> objects that it had at first, and has in the end. */
  const tallies = new Map<Place, Map<NodeIndex, { old: number; all: number }>>();
  for (const pile of piles.values())
    if (areIdsComparable && !pile.isBySize && pile.holders.size >= LEAST_HOLDERS && mayShareBound(pile))
      tallies.set(pile.place, new Map());
  if (tallies.size === 0) return new Set();
  for (const node of placed.tree.order) {
    const tally = tallies.get(placeOf[node]);
    if (tally === undefined || placed.role[node] !== NodeRole.visible) continue;
    const holder = holderOf(series, node);
    let count = tally.get(holder);
    if (count === undefined) tally.set(holder, (count = { old: 0, all: 0 }));
    count.all++;
    if (firstSeen[node] === 0) count.old++;
  }
  /** In a tree each node may be bounded, and the tree is not. */
  function mayShareBound(pile: Pile): boolean {
    const { main, isAlone } = mainHolder(pile);
    if (isAlone) return false;
    for (let at = placeOf[main]; at !== NO_PLACE; at = series.places.above[at])
      if (at === pile.place) return false;
    return true;
  }
  const full = new Set<Place>();
  for (const [place, tally] of tallies) {
    let old = 0;
    let all = 0;
    for (const count of tally.values()) {
      old = Math.max(old, count.old);
      all = Math.max(all, count.all);
    }
    if (all >= LEAST_BOUND && all <= old) full.add(place);
  }
  return full;
}

export function mainHolder({ holders }: Pile): { main: NodeIndex; isAlone: boolean } {
  let main = -1;
  let size = -1;
  let total = 0;
  for (const [node, bytes] of holders) {
    total += bytes;
    if (bytes > size) {
      main = node;
      size = bytes;
    }
  }
  return { main, isAlone: size >= MAIN_PART * total };
}

export function sizeOf({ addedSizes }: Pile): number {
  return addedSizes.reduce((sum, size) => sum + size, 0);
}

export function ignoredPile({ places }: GrowthSeries, pile: Pile, rule: GrowthRule): IgnoredGrowth {
  return {
    rule,
    className: places.classNames[places.classOf[pile.place]],
    reason: GROWTH_RULES[rule],
    size: sizeOf(pile),
    count: pile.arrivals.size,
  };
}

/** Lines of one rule and class are one line. */
export function addUp(lines: readonly IgnoredGrowth[]): IgnoredGrowth[] {
  const sums = new Map<string, IgnoredGrowth>();
  for (const line of lines) {
    const key = `${line.rule} ${line.className}`;
    const sum = sums.get(key);
    sums.set(
      key,
      sum === undefined ? line : { ...sum, size: sum.size + line.size, count: sum.count + line.count },
    );
  }
  return [...sums.values()];
}

function ruleOf({ judgements, sizeJudgements }: GrowthSeries, place: Place): GrowthRule | undefined {
  const judgement = judgements[place];
  if (judgement !== "grows" && judgement !== "shrinks") return judgement;
  const bySize = sizeJudgements[place];
  return bySize === undefined || bySize === "grows" || bySize === "shrinks" ? undefined : bySize;
}

/**
 * Without ids: the highest places that grow and whose growth explains what grows below them, as far as their objects are
 * alike.
 */
function choosePlaces({ places, judgements, snapshots }: GrowthSeries): ReadonlySet<Place> {
  const last = snapshots.length - 1;
  const below = [0, last].map((snapshot) => {
    const sums: number[] = [];
    for (let i = places.all.length - 1; i >= 0; i--) {
      const place = places.all[i];
      sums[place] = (sums[place] ?? 0) + (places.sizes[snapshot][place] ?? 0);
      sums[places.above[place]] = (sums[places.above[place]] ?? 0) + sums[place];
    }
    return sums;
  });
  const growthOfClass: number[] = [];
  for (const place of places.all) {
    const classNumber = places.classOf[place];
    growthOfClass[classNumber] = (growthOfClass[classNumber] ?? 0) + places.countDelta(place);
  }
  const chosen = new Set<Place>();
  const isBelowChosen = new Set<Place>();
  for (const place of places.all) {
    if (isBelowChosen.has(places.above[place])) {
      isBelowChosen.add(place);
      continue;
    }
    if (judgements[place] !== "grows") continue;
    const count = places.counts[last][place] ?? 0;
    const added = places.countDelta(place);
    // What is nearer to something else now has only moved: there are not more objects of its class.
    if (growthOfClass[places.classOf[place]] < MAIN_PART * added) continue;
    const expected = (added / count) * below[1][place];
    const actual = below[1][place] - (below[0][place] ?? 0);
    if (expected < MAIN_PART * actual || actual < MAIN_PART * expected) continue;
    chosen.add(place);
    isBelowChosen.add(place);
  }
  return chosen;
}

/** Without ids all objects of a place stand for those that came. */
function scaleToGrowth({ places }: GrowthSeries, pile: Pile): void {
  const counts = places.countsAt(pile.place);
  const count = counts[counts.length - 1];
  const size = sizeOf(pile);
  for (let round = 0; round < pile.addedSizes.length; round++)
    pile.addedSizes[round] = Math.round(((counts[round + 1] - counts[round]) / count) * size);
}

/**
 * Whether bytes grow that are no objects. The text of many joined strings is put together bit by bit, which adds a few bytes
 * to each; one that becomes longer and longer adds more.
 */
function isLonger({ sizeJudgements, places, snapshots }: GrowthSeries, place: Place): boolean {
  if (sizeJudgements[place] !== "grows") return false;
  if (!places.classNames[places.classOf[place]].endsWith("string)")) return true;
  return (
    places.sizeDelta(place) >= LEAST_LENGTHENING * (places.counts[0][place] ?? 1) * (snapshots.length - 1)
  );
}

/** Bytes a round and string. */
const LEAST_LENGTHENING = 512;

/**
 * Numbers are no objects: an array of them is one store, which V8 enlarges by half when it is full (a table by its double),
 * so most rounds show nothing. A store that was enlarged and never made smaller holds more than it ever did.
 */
function isStoreEnlarged({ sizeJudgements, places }: GrowthSeries, place: Place): boolean {
  if (sizeJudgements[place] !== "one-time" || !STORED.has(places.classNames[places.classOf[place]]))
    return false;
  const sizes = places.sizesAt(place);
  const [first] = sizes;
  const last = sizes[sizes.length - 1];
  return (
    last - first >= LEAST_ENLARGEMENT &&
    last >= 1.2 * first &&
    last <= 2.6 * first &&
    sizes.every((size, i) => i === 0 || size >= sizes[i - 1])
  );
}

/** Classes whose objects have a store that is enlarged. */
const STORED: ReadonlySet<string> = new Set(["Array", "Map", "Set"]);
