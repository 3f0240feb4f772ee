/**
 * Makes suspects of piles: puts together what arrives at one holder, finds what it is about and how it is held, and weighs
 * the evidence.
 *
 *     piles ──▶ one group for each holder ──▶ subject, path, evidence, confidence ──▶ suspects, worst first
 *
 * Cost: that of the piles, and O(edges) once for other holders.
 */
import type { NodeIndex } from "../graph/heap-graph.ts";
import { HeapEdge, type HeapObject, type HeapPath, type PathStep } from "../heap-object.ts";
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
import { pathSignature } from "./path-signature.ts";
import { findSubject, findSubjectPlace } from "./pile-subject.ts";
import { findUserRoute } from "./user-route.ts";
import {
  addSizePiles,
  addUp,
  collectPiles,
  findFullHolders,
  ignoredPile,
  mainHolder,
  sizeOf,
  type Pile,
} from "./piles.ts";

/** Part of what a suspect explains that it needs, compared with the first, to be a suspect. */
const LEAST_PART_OF_FIRST = 0.01;
const SAMPLES_PER_ROUND = 3;
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
  const { piles, arrivalOf, unexplained } = yield* named("collecting arrivals", collectPiles(series), []);
  addSizePiles(series, piles);
  const full = findFullHolders(series, piles);
  const groups = groupByHolder(series, piles).filter((group) => {
    if (keep.has("levelling-off") || !full.has(group[0].place)) return true;
    unexplained.push(...group.map((pile) => ignoredPile(series, pile, "levelling-off")));
    return false;
  });
  const judge = (draft: Draft): Suspect => weigh(draft, growth, largest, series.areIdsComparable);
  if (groups.length > 0) yield* series.last.preparing(["retainers", "distance"]);
  const drafts: Draft[] = [];
  for (const group of groups) {
    const draft = describeGroup(series, group, arrivalOf);
    const some = [...group[0].arrivals.keys()].slice(-MOST_MODULES).map((node) => stepTo(series, node));
    // By the nearest way, whatever the developer is told: that shows whose it is.
    const { rootNode } = series.last.graph;
    const nearest = stepsFrom(series, rootNode, draft.entry.node);
    const rule = findRuleByPath(some, nearest, stepsFrom(series, rootNode, draft.holder.node).length - 1);
    if (rule === undefined || keep.has(rule)) drafts.push(draft);
    else unexplained.push(...group.map((pile) => ignoredPile(series, pile, rule)));
  }
  const largest = drafts.reduce((most, { retainedSizeDelta }) => Math.max(most, retainedSizeDelta), 0);
  const weighed = drafts
    .map((draft) => ({ draft, suspect: judge(draft) }))
    .sort((a, b) => weightOf(b.suspect) - weightOf(a.suspect));
  const most = weighed.length === 0 ? 0 : weightOf(weighed[0].suspect);
  const [large, small] = [true, false].map((isLarge) =>
    weighed.filter(
      ({ suspect }) =>
        isLarge ===
        (suspect.confidence >= LEAST_CONFIDENCE && weightOf(suspect) >= LEAST_PART_OF_FIRST * most),
    ),
  );
  const largeDrafts = large.map(({ draft }) => draft);
  const held = yield* named("finding other holders", findOtherHolders(series, largeDrafts, arrivalOf), []);
  const merged = mergeSharedArrivals(
    series,
    largeDrafts.map((draft, i) => ({ ...draft, alsoHeldBy: held[i] })),
  );
  return {
    suspects: merged.map(judge).sort((a, b) => weightOf(b) - weightOf(a)),
    small: small.map(({ suspect }) => suspect),
    unexplained: addUp(unexplained),
  };
}

/** A suspect that is not weighed yet. */
interface Draft extends Omit<Suspect, "rank" | "confidence" | "share" | "evidence"> {
  readonly gone: number;
  readonly isBySize: boolean;
}

function weigh(
  { gone, isBySize, ...draft }: Draft,
  growth: number,
  largest: number,
  areIdsComparable: boolean,
): Suspect {
  const share = growth > 0 ? Math.min(1, draft.retainedSizeDelta / growth) : 0;
  const { counts, added, addedSizes } = draft;
  const measures = {
    counts,
    added,
    addedSizes,
    share,
    part: draft.retainedSizeDelta / largest,
    gone,
    isBySize,
    areIdsComparable,
  };
  return {
    ...draft,
    rank: 0,
    share,
    confidence: confidenceOf(measures),
    evidence: describeEvidence(measures),
  };
}

/**
 * What two structures hold is near one of them or the other by chance: two suspects of one class whose arrivals the
 * other's holder has as well are one.
 */
function mergeSharedArrivals({ placeOf }: GrowthSeries, suspects: readonly Draft[]): Draft[] {
  const merged: Draft[] = [];
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
      gone: other.gone + suspect.gone,
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

/** Piles that have the same holder, the largest first. */
function groupByHolder(series: GrowthSeries, piles: ReadonlyMap<Place, Pile>): Pile[][] {
  const { places } = series;
  const groups = new Map<string, Pile[]>();
  const ofHolder = new Map<NodeIndex, Pile[]>();
  for (const pile of piles.values()) {
    if (pile.isBySize) continue;
    const { main, isAlone } = mainHolder(pile);
    const key = !places.isItem(pile.place)
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

function describeGroup(series: GrowthSeries, group: readonly Pile[], arrivalOf: Uint32Array): Draft {
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
  const path = [...routeTo(series, main), ...stepsFrom(series, main, subject)];
  const holderStep = path.findIndex(({ object }) => object.node === main);
  const entryStep = path.findIndex(({ object }) => object.node === entry);
  const subjectObject = last.object(subject);
  const className = subjectObject.className;
  return {
    gone: series.gone[pile.place] ?? 0,
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
    holderCount: isAlone ? 1 : pile.holders.size,
    counts,
    added,
    addedSizes,
    retainedSizeDelta,
    alongside: group
      .slice(1)
      .filter(({ isBySize }) => !isBySize)
      .map((other) => ({
        className: places.classNames[places.classOf[other.place]],
        count: other.arrivals.size,
        size: sizeOf(other),
      })),
    alsoHeldBy: [],
    signature: `${className} in ${pathSignature(path, holderStep)}`,
    samples: pickSamples(series, pile, subjectPlace),
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
