/**
 * Makes suspects of piles: puts together what arrives at one holder, finds what it is about and how it is held, and weighs
 * the evidence.
 *
 *     piles ──▶ one group for each holder ──▶ subject, path, evidence, confidence ──▶ suspects, worst first
 *
 * Cost: that of the piles, and O(edges) once for other holders.
 */
import type { NodeIndex } from "../graph/heap-graph.ts";
import { NodeType } from "../graph/node-types.ts";
import { HeapEdge, type HeapObject, type HeapPath, type PathStep } from "../heap-object.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { named, type Task } from "../passes/pass.ts";
import { confidenceOf, describeEvidence, LEAST_CONFIDENCE } from "./confidence.ts";
import { containerKindOf } from "./container-kind.ts";
import { holderOf, type GrowthSeries } from "./growth-series.ts";
import type { Place } from "./growth-places.ts";
import { NO_EDGE } from "./holding-tree.ts";
import type { ContainerKind, IgnoredGrowth, Suspect } from "./leak-report.ts";
import type { GrowthRule } from "./growth-rules.ts";
import { findRuleByPath } from "./rule-by-path.ts";
import { findOtherHolders } from "./other-holders.ts";
import { NodeRole } from "./node-roles.ts";
import { pathSignature } from "./path-signature.ts";
import { findSubject, findSubjectPlace, isOwnClass } from "./pile-subject.ts";
import { findCallback, findPlace } from "./source-place.ts";
import { findUserRoute } from "./user-route.ts";
import {
  addSizePiles,
  addUp,
  collectPiles,
  findFullHolders,
  ignoredPile,
  listUnexplained,
  mainHolder,
  sizeOf,
  type Pile,
} from "./piles.ts";

/** Part of what a suspect explains that it needs, compared with the first, to be a suspect. */
const LEAST_PART_OF_FIRST = 0.01;
/** A developer looks at a handful; each takes a search for the way to it. */
const MOST_SUSPECTS = 200;
const SAMPLES_PER_ROUND = 3;
/** Of what came to one list in a round, the part that another may have more or less. */
const MOST_DIFFERENCE = 0.05;
/** Visible steps from a list up to the object that it belongs to. */
const LONGEST_WAY_TO_OWNER = 4;
/** Modules that are looked at, to see whether they are of different files. */
const MOST_MODULES = 500;

export interface FormedSuspects {
  readonly suspects: readonly Suspect[];
  /** What is too little to be sure of. */
  readonly small: readonly Suspect[];
  /** Growth that belongs to no suspect. */
  readonly unexplained: readonly IgnoredGrowth[];
}

/** Forms them. `growth` is that of the whole heap, in bytes; `keep` names rules that are switched off. */
export function* formSuspects(
  series: GrowthSeries,
  growth: number,
  keep: ReadonlySet<GrowthRule>,
): Task<FormedSuspects> {
  const { piles, arrivalOf, rest } = yield* named("collecting arrivals", collectPiles(series), []);
  addSizePiles(series, piles);
  const unexplained = listUnexplained(series, rest, piles);
  const full = findFullHolders(series, piles);
  const groups = groupByHolder(series, piles).filter((group) => {
    if (keep.has("levelling-off") || !full.has(group[0].place)) return true;
    unexplained.push(...group.map((pile) => ignoredPile(series, pile, "levelling-off")));
    return false;
  });
  if (groups.length > 0) yield* series.last.preparing(["retainers", "distance"]);
  const sizeOfGroup = (group: readonly Pile[]): number => group.reduce((sum, pile) => sum + sizeOf(pile), 0);
  groups.sort((a, b) => sizeOfGroup(b) - sizeOfGroup(a));
  for (const group of groups.splice(MOST_SUSPECTS))
    unexplained.push(...group.map((pile) => ignoredPile(series, pile, "small")));
  const drafts: Draft[] = [];
  for (const [i, group] of groups.entries()) {
    yield { stage: "describing suspects", done: i, total: groups.length };
    const draft = describeGroup(series, group, arrivalOf);
    const some = [...group[0].arrivals.keys()].slice(-MOST_MODULES).map((node) => stepTo(series, node));
    // By the nearest way, whatever the developer is told: that shows whose it is.
    const nearest = stepsFrom(series, series.last.graph.rootNode, draft.entry.node);
    const holderStep = nearest.findIndex(({ object }) => object.node === draft.holder.node);
    const rule = findRuleByPath(some, nearest, holderStep);
    if (rule === undefined || keep.has(rule)) drafts.push(draft);
    else unexplained.push(...group.map((pile) => ignoredPile(series, pile, rule)));
  }
  const whole: Whole = {
    growth,
    largest: drafts.reduce((most, { retainedSizeDelta }) => Math.max(most, retainedSizeDelta), 0),
    all: drafts.reduce((sum, { retainedSizeDelta }) => sum + retainedSizeDelta, 0),
  };
  const judge = (draft: Draft): Suspect => weigh(draft, whole, series.areIdsComparable);
  const weighed = drafts
    .map((draft) => ({ draft, suspect: judge(draft) }))
    .sort((a, b) => weightOf(b.suspect) - weightOf(a.suspect));
  const most = weighed.length === 0 ? 0 : weightOf(weighed[0].suspect);
  const largeDrafts: Draft[] = [];
  const small: Suspect[] = [];
  for (const { draft, suspect } of weighed) {
    if (suspect.confidence >= LEAST_CONFIDENCE && weightOf(suspect) >= LEAST_PART_OF_FIRST * most)
      largeDrafts.push(draft);
    else small.push(suspect);
  }
  const held = yield* named("finding other holders", findOtherHolders(series, largeDrafts, arrivalOf), []);
  const merged = mergeSharedGrowth(
    series,
    largeDrafts.map((draft, i) => ({ ...draft, alsoHeldBy: held[i] })),
  );
  return {
    suspects: merged.map(judge).sort((a, b) => weightOf(b) - weightOf(a)),
    small,
    unexplained: addUp(unexplained),
  };
}

/** A suspect that is not weighed yet. */
interface Draft extends Omit<Suspect, "rank" | "confidence" | "share" | "evidence"> {
  readonly gone: number;
  readonly isBySize: boolean;
}

/** What a suspect is compared with, in bytes. */
interface Whole {
  /** By which the heap grew on balance: what else went is taken off. */
  readonly growth: number;
  /** What the largest suspect has added. */
  readonly largest: number;
  /** What all of them have added. */
  readonly all: number;
}

function weigh({ gone, isBySize, ...draft }: Draft, whole: Whole, areIdsComparable: boolean): Suspect {
  const { counts, added, addedSizes, retainedSizeDelta } = draft;
  const share = retainedSizeDelta / Math.max(whole.growth, whole.all);
  const part = retainedSizeDelta / whole.largest;
  const isOfGrowth = whole.all <= whole.growth;
  const measures = { counts, added, addedSizes, share, part, isOfGrowth, gone, isBySize, areIdsComparable };
  return {
    ...draft,
    rank: 0,
    share,
    confidence: confidenceOf(measures),
    evidence: describeEvidence(measures),
  };
}

/**
 * One growth may show at several places:
 *
 * - what two structures hold is near one of them or the other by chance: two suspects of one class whose arrivals the
 *   other's holder has as well are one;
 * - an object that notes each thing in two of its lists (keys and values, jobs and their timers) adds as many to one as to
 *   the other in every round: they are one suspect, the larger, and the other is alongside.
 */
function mergeSharedGrowth(series: GrowthSeries, suspects: readonly Draft[]): Draft[] {
  const merged: Draft[] = [];
  for (const suspect of suspects) {
    const same = merged.findIndex((other) => haveSameArrivals(series, other, suspect));
    const parallel = same === -1 ? merged.findIndex((other) => areParallel(series, other, suspect)) : -1;
    if (same !== -1) merged[same] = joinArrivals(series, merged[same], suspect);
    else if (parallel !== -1) merged[parallel] = addAlongside(merged[parallel], suspect);
    else merged.push(suspect);
  }
  return merged;
}

function haveSameArrivals({ placeOf }: GrowthSeries, a: Draft, b: Draft): boolean {
  return (
    a.entry.className === b.entry.className &&
    a.holder.node !== b.holder.node &&
    (isAmong(placeOf, a.alsoHeldBy, b.holder) || isAmong(placeOf, b.alsoHeldBy, a.holder))
  );
}

function joinArrivals({ placeOf }: GrowthSeries, a: Draft, b: Draft): Draft {
  return {
    ...a,
    counts: addUpEach(a.counts, b.counts),
    added: addUpEach(a.added, b.added),
    addedSizes: addUpEach(a.addedSizes, b.addedSizes),
    retainedSizeDelta: a.retainedSizeDelta + b.retainedSizeDelta,
    gone: a.gone + b.gone,
    alsoHeldBy: isAmong(placeOf, a.alsoHeldBy, b.holder) ? a.alsoHeldBy : [b.holder, ...a.alsoHeldBy],
  };
}

/** Whether one object of the program has both holders, and as much came to one as to the other in each round. */
function areParallel(series: GrowthSeries, a: Draft, b: Draft): boolean {
  const isAsMany = a.added.every((count, i) => Math.abs(count - b.added[i]) <= MOST_DIFFERENCE * count);
  if (a.isBySize || b.isBySize || !isAsMany) return false;
  const owners = new Set(findOwners(series, a.holder.node));
  return findOwners(series, b.holder.node).some((owner) => owners.has(owner));
}

/** Objects of the program's own classes that have a node, the node itself among them, in the nearest steps above it. */
function findOwners({ placed, last }: GrowthSeries, node: NodeIndex): NodeIndex[] {
  const { tree, role, graph } = placed;
  const owners: NodeIndex[] = [];
  for (
    let at = node, steps = 0;
    at !== graph.rootNode && steps < LONGEST_WAY_TO_OWNER;
    at = tree.holder[at]
  ) {
    if (role[at] !== NodeRole.visible) continue;
    steps++;
    if (graph.nodeType[at] === NodeType.object && isOwnClass(last.object(at).className)) owners.push(at);
  }
  return owners;
}

function addAlongside(a: Draft, b: Draft): Draft {
  const count = b.added.reduce((sum, each) => sum + each, 0);
  return {
    ...a,
    addedSizes: addUpEach(a.addedSizes, b.addedSizes),
    retainedSizeDelta: a.retainedSizeDelta + b.retainedSizeDelta,
    alongside: [...a.alongside, { className: b.className, count, size: b.retainedSizeDelta }, ...b.alongside],
  };
}

function addUpEach(a: readonly number[], b: readonly number[]): number[] {
  return a.map((each, i) => each + b[i]);
}

function isAmong(placeOf: Uint32Array, objects: readonly HeapObject[], { node }: HeapObject): boolean {
  return objects.some((object) => placeOf[object.node] === placeOf[node]);
}

function weightOf({ retainedSizeDelta, confidence }: Suspect): number {
  return retainedSizeDelta * confidence;
}

/** Containers of one class below one thing that are too many to have a name each for a reason. */
const LEAST_FAMILY = 3;

/** Piles that have the same holder, the largest first. */
function groupByHolder(series: GrowthSeries, piles: ReadonlyMap<Place, Pile>): Pile[][] {
  const { places, placeOf } = series;
  /** Containers that differ only in how they are called, such as one for each domain or tenant. */
  const families = new Map<string, Set<Place>>();
  const familyOf = ({ place }: Pile): string => {
    const container = places.above[place];
    return `${places.above[container]} ${places.classOf[container]}`;
  };
  for (const pile of piles.values()) {
    if (pile.isBySize || !places.isItem(pile.place)) continue;
    const family = families.get(familyOf(pile));
    if (family === undefined) families.set(familyOf(pile), new Set([places.above[pile.place]]));
    else family.add(places.above[pile.place]);
  }
  const groups = new Map<string, Pile[]>();
  /** Place of the holder -> the group of what arrives there. */
  const ofHolder = new Map<Place, Pile[]>();
  for (const pile of piles.values()) {
    if (pile.isBySize) continue;
    const { main, isAlone } = mainHolder(pile);
    const key = !places.isItem(pile.place)
      ? `place ${pile.place}`
      : families.get(familyOf(pile))!.size >= LEAST_FAMILY
        ? `family ${familyOf(pile)}`
        : isAlone
          ? `holder ${main}`
          : `above ${places.above[pile.place]}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [pile]);
    else group.push(pile);
    if (places.isItem(pile.place)) ofHolder.set(placeOf[main], groups.get(key)!);
  }
  for (const pile of piles.values()) {
    if (!pile.isBySize) continue;
    // The table of a Map whose entries become more.
    const group = ofHolder.get(pile.place);
    if (group === undefined) groups.set(`place ${pile.place}`, [pile]);
    else group.push(pile);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => Number(a.isBySize) - Number(b.isBySize) || sizeOf(b) - sizeOf(a)),
  );
}

function describeGroup(series: GrowthSeries, group: readonly Pile[], arrivalOf: Uint32Array): Draft {
  const { places, snapshots, last, areIdsComparable } = series;
  const [pile] = group;
  const { main: holding, isAlone } = mainHolder(pile);
  const rounds = snapshots.length - 1;
  const addedSizes = Array.from({ length: rounds }, (_, round) =>
    group.reduce((sum, each) => sum + each.addedSizes[round], 0),
  );
  const retainedSizeDelta = addedSizes.reduce((sum, size) => sum + size, 0);
  /** What arrives, at all containers of a family. */
  const alike = group.filter(
    ({ place, isBySize }) =>
      isBySize === pile.isBySize &&
      places.classOf[place] === places.classOf[pile.place] &&
      (isBySize ? place === pile.place : true),
  );
  const counts = alike.map(({ place }) => places.countsAt(place)).reduce(addUpEach);
  const added = Array.from({ length: rounds }, (_, round) =>
    areIdsComparable && !pile.isBySize
      ? alike.reduce((sum, { place }) => sum + (series.kept.get(place)?.[round] ?? 0), 0)
      : counts[round + 1] - counts[round],
  );
  const entry = findTypical(series, pile, holding);
  // What becomes larger by itself is what holds the bytes.
  const main = pile.isBySize ? entry : holding;
  const subjectPlace = pile.isBySize ? pile.place : findSubjectPlace(places, pile);
  const subject = findSubject(series, pile, entry, subjectPlace, arrivalOf);
  const path = [...routeTo(series, main), ...stepsFrom(series, main, subject)];
  const holderStep = path.findIndex(({ object }) => object.node === main);
  const entryStep = path.findIndex(({ object }) => object.node === entry);
  const subjectObject = last.object(subject);
  const className = subjectObject.className;
  return {
    gone: alike.reduce((sum, { place }) => sum + (series.gone[place] ?? 0), 0),
    isBySize: pile.isBySize,
    className,
    subject: subjectObject,
    entry: last.object(entry),
    holder: last.object(main),
    containerKind: pile.isBySize
      ? kindOfStore(className)
      : series.chains.has(pile.place)
        ? "linked list"
        : containerKindOf(path, holderStep),
    path,
    holderStep,
    entryStep,
    holderCount: isAlone ? alike.length : alike.reduce((sum, { holders }) => sum + holders.size, 0),
    counts,
    added,
    addedSizes,
    retainedSizeDelta,
    alongside: group
      .filter((other) => !other.isBySize && !alike.includes(other))
      .map((other) => ({
        className: places.classNames[places.classOf[other.place]],
        count: areIdsComparable ? other.arrivals.size : places.countDelta(other.place),
        size: sizeOf(other),
      })),
    alsoHeldBy: [],
    signature: `${className} in ${pathSignature(path, holderStep)}${calledBy(last, last.object(entry))}`,
    samples: pickSamples(series, pile, subjectPlace),
  };
}

/** For a timer, what tells it from the other timers of the program: ` calling expire`, or the file of a nameless function. */
function calledBy({ scriptUrls }: HeapSnapshot, entry: HeapObject): string {
  const callback = findCallback(entry);
  if (callback === undefined) return "";
  const place = findPlace(callback);
  const file = place === undefined ? undefined : scriptUrls.get(place.scriptId)?.split(/[/\\]/).pop();
  return ` calling ${place?.function ?? file ?? "a function"}`;
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

/** A way from a root to the holder: by what a developer would look for, if there is such a way. */
function routeTo(series: GrowthSeries, holder: NodeIndex): HeapPath {
  const { graph } = series.placed;
  if (holder === graph.rootNode) return [];
  return findUserRoute(series.last.object(holder)) ?? stepsFrom(series, graph.rootNode, holder);
}

/** The steps from one node to another that is below it in the holding tree. */
function stepsFrom(series: GrowthSeries, above: NodeIndex, below: NodeIndex): HeapPath {
  const { holdingEdge, holder } = series.placed.tree;
  const steps: PathStep[] = [];
  for (let at = below; at !== above && holdingEdge[at] !== NO_EDGE; at = holder[at])
    steps.push(stepTo(series, at));
  return steps.reverse();
}

/** A node with the reference that holds it. */
function stepTo({ placed, last }: GrowthSeries, node: NodeIndex): PathStep {
  const { holdingEdge, holder } = placed.tree;
  return {
    edge: new HeapEdge(last, holdingEdge[node], last.object(holder[node])),
    object: last.object(node),
  };
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
