/**
 * Makes suspects of a series whose places are judged: finds the arrivals, puts together what arrives at one holder, and
 * collects the evidence.
 *
 *     place that grows ──▶ arrivals: the topmost new objects ──▶ pile (one place) ──▶ suspect (one holder)
 *
 * What an arrival is about (its *subject*) is found by weight: from a listener, a promise or an array down to the place
 * below that has most of the new bytes, until there is a class that the program has named.
 *
 * Cost: O(nodes), and O(edges) once for other holders; a map entry for each place below each pile.
 */
import type { EdgeIndex, NodeIndex } from "../graph/heap-graph.ts";
import { EdgeType, NodeType } from "../graph/node-types.ts";
import { HeapEdge, type HeapObject, type HeapPath, type PathStep } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { CHECK_MASK, named, type Pass, type Task } from "../passes/pass.ts";
import { containerKindOf } from "./container-kind.ts";
import type { GrowthPlaces, Place, PlacedSnapshot } from "./growth-places.ts";
import { GROWTH_RULES, type GrowthRule } from "./growth-rules.ts";
import { NO_EDGE } from "./holding-tree.ts";
import type { Judgement } from "./judge-growth.ts";
import type { ContainerKind, IgnoredGrowth, Suspect } from "./leak-report.ts";
import { NodeRole } from "./node-roles.ts";
import { pathSignature } from "./path-signature.ts";

/** A series of snapshots whose places are judged. */
export interface GrowthSeries {
  readonly snapshots: readonly HeapSnapshot[];
  readonly last: HeapSnapshot;
  /** The last one. */
  readonly placed: PlacedSnapshot;
  readonly places: GrowthPlaces;
  /** NodeIndex of the last -> place. */
  readonly placeOf: Uint32Array;
  /** NodeIndex of the last -> position of the first snapshot that has it; 1 for all where ids do not tell. */
  readonly firstSeen: Uint16Array;
  readonly areIdsComparable: boolean;
  /** Place -> objects that are gone in the end. */
  readonly gone: readonly number[];
  /** Place -> round -> objects that came in it and are still there in the end. */
  readonly kept: Map<Place, number[]>;
  /** Place -> judgement about its counts. */
  readonly judgements: Judgement[];
  /** Place -> judgement about its bytes, where the count stays the same. */
  readonly sizeJudgements: Judgement[];
}

export interface FormedSuspects {
  readonly suspects: readonly Suspect[];
  /** What is too little to be sure of. */
  readonly small: readonly Suspect[];
  /** Growth that belongs to no suspect. */
  readonly unexplained: readonly IgnoredGrowth[];
}

/** From this confidence on a suspect counts as a leak. */
export const LEAST_CONFIDENCE = 0.5;
/** Bytes a round. Less is lost among what a runtime itself does. */
const LEAST_SIZE_PER_ROUND = 1024;
/** Part of what a suspect explains that it needs, compared with the first, to be a suspect. */
const LEAST_PART_OF_FIRST = 0.01;
/** Of the bytes at a place, the part that the largest holder must hold to stand for it alone. */
const MAIN_PART = 0.5;
/** New objects that stand for all when it is looked who else holds them. */
const MOST_PROBES = 200;
const SAMPLES_PER_ROUND = 3;
const MOST_OTHER_HOLDERS = 5;
/** Holders that are enough to see a bound that they have in common. */
const LEAST_HOLDERS = 4;
/** Steps from an arrival down to what it is about. */
const LONGEST_WAY_TO_SUBJECT = 10;

/** What arrives at one place. */
interface Pile {
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

export function* formSuspects(series: GrowthSeries, growth: number): Task<FormedSuspects> {
  const { piles, arrivalOf, unexplained } = yield* named("collecting arrivals", collectPiles(series), []);
  addSizePiles(series, piles);
  const full = findFullHolders(series, piles);
  const groups = groupByHolder(series, piles).filter((group) => {
    if (!full.has(group[0].place)) return true;
    unexplained.push(...group.map((pile) => ignoredPile(series, pile, "levelling-off")));
    return false;
  });
  const drafts = groups
    .map((group) => describeGroup(series, group, arrivalOf, growth))
    .sort((a, b) => weightOf(b) - weightOf(a));
  const most = drafts.length === 0 ? 0 : weightOf(drafts[0]);
  const suspects: Suspect[] = [];
  const small: Suspect[] = [];
  for (const draft of drafts) {
    const isSmall = draft.confidence < LEAST_CONFIDENCE || weightOf(draft) < LEAST_PART_OF_FIRST * most;
    (isSmall ? small : suspects).push(draft);
  }
  const held = yield* named("finding other holders", findOtherHolders(series, suspects, arrivalOf), []);
  return {
    suspects: mergeSharedArrivals(
      series,
      suspects.map((suspect, i) => ({ ...suspect, alsoHeldBy: held[i] })),
    ),
    small,
    unexplained: addUp(unexplained),
  };
}

/**
 * What two structures hold is near one of them or the other by chance: two suspects of one class whose arrivals the
 * other's holder has as well are one.
 */
function mergeSharedArrivals({ placeOf }: GrowthSeries, suspects: readonly Suspect[]): Suspect[] {
  const merged: Suspect[] = [];
  for (const suspect of suspects) {
    const at = merged.findIndex(
      (other) =>
        other.entry.className === suspect.entry.className &&
        other.holder.node !== suspect.holder.node &&
        (isAmong(placeOf, other.alsoHeldBy, suspect.holder) ||
          isAmong(placeOf, suspect.alsoHeldBy, other.holder)),
    );
    if (at === -1) {
      merged.push(suspect);
      continue;
    }
    const other = merged[at];
    const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((each, i) => each + b[i]);
    merged[at] = {
      ...other,
      counts: sum(other.counts, suspect.counts),
      added: sum(other.added, suspect.added),
      addedSizes: sum(other.addedSizes, suspect.addedSizes),
      retainedSizeDelta: other.retainedSizeDelta + suspect.retainedSizeDelta,
      share: Math.min(1, other.share + suspect.share),
      alsoHeldBy: isAmong(placeOf, other.alsoHeldBy, suspect.holder)
        ? other.alsoHeldBy
        : [suspect.holder, ...other.alsoHeldBy],
    };
  }
  return merged;
}

function isAmong(placeOf: Uint32Array, objects: readonly HeapObject[], { node }: HeapObject): boolean {
  return objects.some((object) => placeOf[object.node] === placeOf[node]);
}

function weightOf({ retainedSizeDelta, confidence }: Suspect): number {
  return retainedSizeDelta * confidence;
}

/** Walks the last snapshot from the root down. */
function* collectPiles(
  series: GrowthSeries,
): Pass<{ piles: Map<Place, Pile>; arrivalOf: Uint32Array; unexplained: IgnoredGrowth[] }> {
  const { placed, placeOf, firstSeen, judgements, areIdsComparable, places, snapshots } = series;
  const { tree, role, graph } = placed;
  const { holder, order } = tree;
  const { selfSize } = graph;
  const rounds = snapshots.length - 1;
  const last = snapshots.length - 1;
  const chosen = areIdsComparable ? undefined : choosePlaces(series);
  /** NodeIndex -> the arrival it came with, + 1. */
  const arrivalOf = new Uint32Array(graph.nodeCount);
  const piles = new Map<Place, Pile>();
  const rest = new Map<Place, { size: number; count: number }>();
  for (let at = 1; at < order.length; at++) {
    if ((at & CHECK_MASK) === 0) yield at / order.length;
    const node = order[at];
    if (role[node] === NodeRole.code) continue;
    const isNew = firstSeen[node] > 0;
    const place = placeOf[node];
    const above = arrivalOf[holder[node]];
    if (role[node] !== NodeRole.visible) arrivalOf[node] = above;
    else if (above !== 0) arrivalOf[node] = isNew ? above : 0;
    else if (isNew && (chosen === undefined ? judgements[place] === "grows" : chosen.has(place))) {
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
      if (!areIdsComparable) continue;
      const other = rest.get(place);
      if (other === undefined) rest.set(place, { size: selfSize[node], count: 1 });
      else {
        other.size += selfSize[node];
        other.count++;
      }
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
  const unexplained: IgnoredGrowth[] = [];
  for (const [place] of rest) {
    const size = (places.sizes[last][place] ?? 0) - (places.sizes[0][place] ?? 0);
    const count = (places.counts[last][place] ?? 0) - (places.counts[0][place] ?? 0);
    const rule = ruleOf(series, place);
    if (size > 0 && rule !== undefined)
      unexplained.push({
        rule,
        className: places.classNames[places.classOf[place]],
        reason: GROWTH_RULES[rule],
        size,
        count,
      });
  }
  return { piles, arrivalOf, unexplained };
}

function ignoredPile({ places }: GrowthSeries, pile: Pile, rule: GrowthRule): IgnoredGrowth {
  return {
    rule,
    className: places.classNames[places.classOf[pile.place]],
    reason: GROWTH_RULES[rule],
    size: sizeOf(pile),
    count: pile.arrivals.size,
  };
}

/**
 * Places of piles that many holders share, none of which has become larger than the largest was at first: then each is
 * bounded, and they fill up one after the other.
 */
function findFullHolders(series: GrowthSeries, piles: ReadonlyMap<Place, Pile>): Set<Place> {
  const { placed, placeOf, firstSeen, areIdsComparable } = series;
  /** Place -> holder -> objects that it had at first, and has in the end. */
  const tallies = new Map<Place, Map<NodeIndex, { old: number; all: number }>>();
  for (const pile of piles.values())
    if (areIdsComparable && !pile.isBySize && pile.holders.size >= LEAST_HOLDERS && !mainHolder(pile).isAlone)
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
  const full = new Set<Place>();
  for (const [place, tally] of tallies) {
    let old = 0;
    let all = 0;
    for (const count of tally.values()) {
      old = Math.max(old, count.old);
      all = Math.max(all, count.all);
    }
    if (all <= old) full.add(place);
  }
  return full;
}

/** Lines of one rule and class are one line. */
function addUp(lines: readonly IgnoredGrowth[]): IgnoredGrowth[] {
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

/** The nearest thing above a node that is visible and of another place; the root if there is none. */
function holderOf({ placed, placeOf }: GrowthSeries, node: NodeIndex): NodeIndex {
  const { role, tree, graph } = placed;
  let at = tree.holder[node];
  while (
    at !== graph.rootNode &&
    (role[at] !== NodeRole.visible || placeOf[at] === placeOf[node]) &&
    graph.nodeType[at] !== NodeType.synthetic
  )
    at = tree.holder[at];
  return at;
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
  const chosen = new Set<Place>();
  const isBelowChosen = new Set<Place>();
  for (const place of places.all) {
    if (isBelowChosen.has(places.above[place])) {
      isBelowChosen.add(place);
      continue;
    }
    if (judgements[place] !== "grows") continue;
    const count = places.counts[last][place] ?? 0;
    const expected = ((count - (places.counts[0][place] ?? 0)) / count) * below[1][place];
    if (expected < MAIN_PART * (below[1][place] - (below[0][place] ?? 0))) continue;
    chosen.add(place);
    isBelowChosen.add(place);
  }
  return chosen;
}

/** Without ids all objects of a place stand for those that came. */
function scaleToGrowth({ places, snapshots }: GrowthSeries, pile: Pile): void {
  const counts = snapshots.map((_, i) => places.counts[i][pile.place] ?? 0);
  const count = counts[counts.length - 1];
  const size = pile.addedSizes.reduce((sum, each) => sum + each, 0);
  for (let round = 0; round < pile.addedSizes.length; round++)
    pile.addedSizes[round] = Math.round(((counts[round + 1] - counts[round]) / count) * size);
}

/** Adds what grows in bytes only: buffers, strings, tables of numbers. */
function addSizePiles(series: GrowthSeries, piles: Map<Place, Pile>): void {
  const { sizeJudgements, places, placed, placeOf, snapshots } = series;
  const growing = new Set<Place>();
  for (const place of places.all)
    if (!piles.has(place) && (sizeJudgements[place] === "grows" || isStoreEnlarged(series, place)))
      growing.add(place);
  if (growing.size === 0) return;
  const largest = new Map<Place, NodeIndex>();
  for (const node of placed.tree.order) {
    const place = placeOf[node];
    if (!growing.has(place) || placed.role[node] !== NodeRole.visible) continue;
    if (!largest.has(place)) largest.set(place, node);
  }
  for (const [place, node] of largest) {
    const sizes = snapshots.map((_, i) => places.sizes[i][place] ?? 0);
    const addedSizes = sizes.slice(1).map((size, round) => size - sizes[round]);
    const size = sizes[sizes.length - 1] - sizes[0];
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

/** Bytes by which a store is enlarged; less may be anything. */
const LEAST_ENLARGEMENT = 16_384;

/**
 * Numbers are no objects: an array of them is one store, which V8 enlarges by half when it is full (a table by its double),
 * so most rounds show nothing. A store that was enlarged and never made smaller holds more than it ever did.
 */
function isStoreEnlarged({ sizeJudgements, places, snapshots }: GrowthSeries, place: Place): boolean {
  if (sizeJudgements[place] !== "one-time" || !STORED.has(places.classNames[places.classOf[place]]))
    return false;
  const sizes = snapshots.map((_, i) => places.sizes[i][place] ?? 0);
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

/** Piles that have the same holder, the largest first. */
function groupByHolder(series: GrowthSeries, piles: ReadonlyMap<Place, Pile>): Pile[][] {
  const { places } = series;
  const groups = new Map<string, Pile[]>();
  const ofHolder = new Map<NodeIndex, Pile[]>();
  for (const pile of piles.values()) {
    if (pile.isBySize) continue;
    const { main, isAlone } = mainHolder(pile);
    const label = places.labels[places.labelOf[pile.place]];
    const isNamed = label.startsWith(".") || label.startsWith("(");
    const key = isNamed
      ? `place ${pile.place}`
      : isAlone
        ? `holder ${main}`
        : `above ${places.above[pile.place]}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pile]);
    else group.push(pile);
    if (isAlone) ofHolder.set(main, groups.get(key)!);
  }
  for (const pile of piles.values()) {
    if (!pile.isBySize) continue;
    // The table of a Map whose entries grow.
    const [grown] = pile.members;
    const group = ofHolder.get(grown);
    if (group === undefined) groups.set(`place ${pile.place}`, [pile]);
    else group.push(pile);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => Number(a.isBySize) - Number(b.isBySize) || sizeOf(b) - sizeOf(a)),
  );
}

function sizeOf({ addedSizes }: Pile): number {
  return addedSizes.reduce((sum, size) => sum + size, 0);
}

function mainHolder({ holders }: Pile): { main: NodeIndex; isAlone: boolean } {
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

function describeGroup(
  series: GrowthSeries,
  group: readonly Pile[],
  arrivalOf: Uint32Array,
  growth: number,
): Suspect {
  const { places, snapshots, last, areIdsComparable } = series;
  const [pile] = group;
  const { main, isAlone } = mainHolder(pile);
  const rounds = snapshots.length - 1;
  const addedSizes = Array.from({ length: rounds }, (_, round) =>
    group.reduce((sum, each) => sum + each.addedSizes[round], 0),
  );
  const retainedSizeDelta = addedSizes.reduce((sum, size) => sum + size, 0);
  const counts = snapshots.map((_, i) => places.counts[i][pile.place] ?? 0);
  const added =
    areIdsComparable && !pile.isBySize
      ? (series.kept.get(pile.place) ?? [])
      : counts.slice(1).map((count, i) => count - counts[i]);
  const entry = findTypical(series, pile, main);
  const subjectPlace = pile.isBySize ? pile.place : findSubjectPlace(places, pile);
  const subject = findSubject(series, pile, entry, subjectPlace, arrivalOf);
  const path = pathTo(series, subject);
  const holderStep = path.findIndex(({ object }) => object.node === main);
  const entryStep = path.findIndex(({ object }) => object.node === entry);
  const subjectObject = last.object(subject);
  const className = subjectObject.className;
  const share = growth > 0 ? Math.min(1, retainedSizeDelta / growth) : 0;
  const samples = pickSamples(series, pile, subjectPlace);
  const confidence = confidenceOf({
    counts,
    added,
    addedSizes,
    share,
    rounds,
    isBySize: pile.isBySize,
    areIdsComparable,
    gone: series.gone[pile.place] ?? 0,
  });
  return {
    rank: 0,
    confidence,
    className,
    subject: subjectObject,
    entry: last.object(entry),
    holder: last.object(main),
    containerKind: pile.isBySize ? kindOfStore(className) : containerKindOf(path, holderStep),
    path,
    holderStep,
    entryStep,
    holderCount: isAlone ? 1 : pile.holders.size,
    counts,
    added,
    addedSizes,
    retainedSizeDelta,
    share,
    alongside: group
      .slice(1)
      .filter(({ isBySize }) => !isBySize)
      .map((other) => ({
        className: places.classNames[places.classOf[other.place]],
        count: other.arrivals.size,
        size: sizeOf(other),
      })),
    alsoHeldBy: [],
    evidence: describeEvidence(series, pile, { counts, added, addedSizes, share }),
    signature: `${className} in ${pathSignature(path, holderStep)}`,
    samples,
  };
}

/** What it is that grows in bytes. */
function kindOfStore(className: string): ContainerKind {
  switch (className) {
    case "Array":
    case "Map":
    case "Set":
      return className;
    default:
      return className.endsWith("string)")
        ? "string"
        : /Array$|Buffer$/.test(className)
          ? "buffer"
          : "object";
  }
}

/** Of the arrivals at a holder, that whose weight is nearest to the mean. */
function findTypical(series: GrowthSeries, { arrivals }: Pile, holder: NodeIndex): NodeIndex {
  const here = [...arrivals].filter(([node]) => holderOf(series, node) === holder);
  const mean = here.reduce((sum, [, size]) => sum + size, 0) / here.length;
  let [[typical, nearest]] = here;
  for (const [node, size] of here) {
    if (Math.abs(size - mean) >= Math.abs(nearest - mean)) continue;
    typical = node;
    nearest = size;
  }
  return typical;
}

/** Classes of the language and of Node that do not say what a program does. */
const COMMON_CLASSES: ReadonlySet<string> = new Set(
  (
    "Object Array Map Set WeakMap WeakSet WeakRef Promise Generator AsyncGenerator AsyncFunction Date Error ArrayBuffer " +
    "SharedArrayBuffer Uint8Array Buffer FastBuffer Timeout Immediate Listener FinalizationRegistry Function Symbol Proxy " +
    "Arguments AsyncResource Iterator AsyncContextFrame"
  ).split(" "),
);

/** Whether a program gave the class its name, as far as a snapshot can tell. */
function isOwnClass(className: string): boolean {
  return /^[\p{ID_Start}$_]/u.test(className) && !className.endsWith("()") && !COMMON_CLASSES.has(className);
}

/** Where what the arrivals are about stands: a named class that most of their bytes belong to, or the arrivals themselves. */
function findSubjectPlace(places: GrowthPlaces, { place, sizeOfPlace }: Pile): Place {
  const nameOf = (at: Place): string => places.classNames[places.classOf[at]];
  if (isOwnClass(nameOf(place)) || nameOf(place).startsWith("{")) return place;
  const below = new Map<Place, Map<Place, number>>();
  // Each place adds its bytes to all places between it and the pile's.
  const sums = new Map<Place, number>();
  for (const [at, size] of sizeOfPlace) {
    let steps = 0;
    for (let up = at; up !== 0 && steps < 64; up = places.above[up], steps++) {
      sums.set(up, (sums.get(up) ?? 0) + size);
      if (up === place) break;
      const from = places.above[up];
      let children = below.get(from);
      if (children === undefined) below.set(from, (children = new Map()));
      children.set(up, 0);
    }
  }
  let at = place;
  let fallback = place;
  for (let steps = 0; steps < LONGEST_WAY_TO_SUBJECT; steps++) {
    let next = 0;
    for (const child of below.get(at)?.keys() ?? [])
      if (next === 0 || sums.get(child)! > sums.get(next)!) next = child;
    if (next === 0 || sums.get(next)! < MAIN_PART * sums.get(place)!) break;
    at = next;
    if (isOwnClass(nameOf(at))) return at;
    if (fallback === place && nameOf(at).startsWith("{")) fallback = at;
  }
  return fallback;
}

/** A node of the subject's place that came with the arrival; the arrival itself if there is none. */
function findSubject(
  { placeOf }: GrowthSeries,
  { members }: Pile,
  entry: NodeIndex,
  subjectPlace: Place,
  arrivalOf: Uint32Array,
): NodeIndex {
  if (placeOf[entry] === subjectPlace) return entry;
  return members.find((node) => arrivalOf[node] === entry + 1 && placeOf[node] === subjectPlace) ?? entry;
}

/** The way from the root by the holding tree. */
function pathTo({ placed, last }: GrowthSeries, node: NodeIndex): HeapPath {
  const { holdingEdge, holder } = placed.tree;
  const edges: { edge: EdgeIndex; from: NodeIndex }[] = [];
  for (let at = node; holdingEdge[at] !== NO_EDGE; at = holder[at])
    edges.push({ edge: holdingEdge[at], from: holder[at] });
  return edges.reverse().map(({ edge, from }): PathStep => {
    const step = new HeapEdge(last, edge, last.object(from));
    return { edge: step, object: step.to };
  });
}

/** A few new objects of each round. */
function pickSamples(
  { placeOf, firstSeen, last, snapshots }: GrowthSeries,
  { members }: Pile,
  subjectPlace: Place,
): HeapObject[] {
  const found = snapshots.map((): NodeIndex[] => []);
  for (const node of members) {
    const list = found[firstSeen[node]];
    if (placeOf[node] === subjectPlace && list.length < SAMPLES_PER_ROUND) list.push(node);
  }
  return found.flat().map((node) => last.object(node));
}

interface Measures {
  readonly counts: readonly number[];
  readonly added: readonly number[];
  readonly addedSizes: readonly number[];
  readonly share: number;
}

/** How sure it is that this goes on for ever; see docs/algorithms.md. */
function confidenceOf(
  measures: Measures & {
    readonly rounds: number;
    readonly isBySize: boolean;
    readonly areIdsComparable: boolean;
    readonly gone: number;
  },
): number {
  const { counts, added, addedSizes, share, rounds, isBySize, areIdsComparable, gone } = measures;
  const least = Math.min(...addedSizes);
  if (isBySize && least === 0 && rounds > 1) return 0.55; // a store that was enlarged
  if (least < LEAST_SIZE_PER_ROUND) return 0.2;
  let confidence = rounds === 1 ? 0.6 : 0.8;
  if (rounds > 2) confidence += 0.05;
  const fewest = Math.min(...added);
  const most = Math.max(...added);
  if (rounds > 1 && fewest >= 0.7 * most) confidence += 0.1; // steady
  if (gone === 0 && areIdsComparable && !isBySize) confidence += 0.04;
  if (share >= 0.1) confidence += 0.03;
  // One or two objects a round are what runtimes and libraries do by themselves, unless they are large.
  if (!isBySize && fewest < 3 && least < 65_536) confidence -= 0.35;
  if (isBySize && least < 16_384) confidence -= 0.45;
  if (!areIdsComparable) confidence -= 0.15;
  if (least < 4096 && share < 0.05) confidence -= 0.35;
  void counts;
  return Math.max(0.05, Math.min(0.99, Math.round(confidence * 100) / 100));
}

function describeEvidence(
  { gone, areIdsComparable, snapshots }: GrowthSeries,
  { place, isBySize }: Pile,
  { counts, added, addedSizes, share }: Measures,
): string[] {
  const rounds = snapshots.length - 1;
  const evidence: string[] = [];
  evidence.push(rounds === 1 ? "grew between the two snapshots" : `grew in ${rounds} of ${rounds} rounds`);
  if (isBySize)
    evidence.push(`one object that becomes larger: ${addedSizes.map((size) => `+${size}`).join(", ")} bytes`);
  else if (areIdsComparable) {
    const lost = gone[place] ?? 0;
    evidence.push(
      lost === 0
        ? rounds === 1
          ? "none of those that were there before was freed"
          : "none of the earlier ones was freed"
        : `${lost} others came or were there and went, ${added.reduce((sum, count) => sum + count, 0)} stayed`,
    );
  }
  if (rounds > 1 && Math.min(...added) >= 0.7 * Math.max(...added))
    evidence.push(`at a steady rate: ${added.map((count) => `+${count}`).join(", ")}`);
  if (share >= 0.01) evidence.push(`explains ${Math.round(share * 100)} % of the heap's growth`);
  void counts;
  return evidence;
}

/** Suspect -> what else holds its arrivals: at least half of those that are looked at. */
function* findOtherHolders(
  series: GrowthSeries,
  suspects: readonly Suspect[],
  arrivalOf: Uint32Array,
): Pass<HeapObject[][]> {
  const { placed, placeOf, last } = series;
  const { graph, role, tree, ephemerons } = placed;
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeId, rootNode, nodeType } = graph;
  /** NodeIndex -> suspect + 1. */
  const probeOf = new Map<NodeIndex, number>();
  const probeCounts = suspects.map(() => 0);
  const suspectOfPlace = new Map<Place, number>();
  for (const [i, { entry }] of suspects.entries()) suspectOfPlace.set(placeOf[entry.node], i);
  for (const node of tree.order) {
    if (arrivalOf[node] !== node + 1) continue;
    const i = suspectOfPlace.get(placeOf[node]);
    if (i === undefined || probeCounts[i] >= MOST_PROBES) continue;
    probeOf.set(node, i);
    probeCounts[i]++;
  }
  // The lists of a thousand users are one holder: they are told apart by place.
  const tallies = suspects.map(() => new Map<Place, { holder: NodeIndex; held: Set<NodeIndex> }>());
  if (probeOf.size > 0) {
    for (let node = 0; node < graph.nodeCount; node++) {
      if ((node & CHECK_MASK) === 0) yield node / graph.nodeCount;
      if (role[node] === NodeRole.code || node === rootNode) continue;
      for (let edge = firstEdge[node], end = firstEdge[node + 1]; edge < end; edge++) {
        const type = edgeType[edge];
        const target = edgeTarget[edge];
        if (type === EdgeType.weak || type === EdgeType.shortcut || !probeOf.has(target)) continue;
        if (tree.holdingEdge[target] === edge) continue;
        if (
          type === EdgeType.internal &&
          ephemerons.isEphemeron(edgeName[edge]) &&
          ephemerons.tableId(edgeName[edge]) === nodeId[node]
        )
          continue;
        const i = probeOf.get(target)!;
        if (arrivalOf[node] !== 0 && suspectOfPlace.get(placeOf[arrivalOf[node] - 1]) === i) continue;
        let from = node;
        while (from !== rootNode && role[from] !== NodeRole.visible && nodeType[from] !== NodeType.synthetic)
          from = tree.holder[from];
        const place = placeOf[from];
        if (place === placeOf[suspects[i].holder.node] || from === rootNode) continue;
        const tally = tallies[i];
        const other = tally.get(place);
        if (other === undefined) tally.set(place, { holder: from, held: new Set([target]) });
        else other.held.add(target);
      }
    }
  }
  return tallies.map((tally, i) =>
    [...tally.values()]
      .filter(({ held }) => held.size >= MAIN_PART * probeCounts[i])
      .sort((a, b) => b.held.size - a.held.size)
      .slice(0, MOST_OTHER_HOLDERS)
      .map(({ holder }) => last.object(holder)),
  );
}
