/**
 * Finds leaks: what accumulates over two or more snapshots of a program that did the same work in between (*rounds*), what
 * holds it, and how sure that is.
 *
 *     each snapshot ──▶ roles ──▶ holding tree ──▶ places, counted ──▶ judged ──▶ arrivals ──▶ suspects
 *                       (what is code)  (one way each)   (over all)        (rules)   (new, by the place where they were attached)
 *
 * An *arrival* is the topmost new object on its way from the root that stands at a place which grows for good. All that is
 * new below it came with it. So a growing list of sessions explains everything in the sessions, and what grows inside of
 * old sessions is found as well; each new byte belongs to one arrival at most, so no two suspects explain the same growth.
 *
 * Which places grow for good is decided in `judge-growth.ts`, what is no leak in `growth-rules.ts`, how arrivals become
 * suspects in `suspects.ts`.
 *
 * Cost: O(nodes + edges) for each snapshot, without dominators; about 40 bytes a node of the last snapshot and 30 of one
 * other at a time. Of earlier snapshots outlines are enough (`leak-outline.ts`).
 */
import { checkIds, type IdCheck } from "../compare/id-check.ts";
import type { EarlierSnapshot } from "../compare/snapshot-outline.ts";
import { NodeType } from "../graph/node-types.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import type { GroupKeys } from "../passes/groups.ts";
import { LocationIndex } from "../passes/location-index.ts";
import { named, run, type RunOptions, type Task } from "../passes/pass.ts";
import {
  GrowthPlaces,
  NO_PLACE,
  type Place,
  type PlacedNodes,
  type PlacedSnapshot,
} from "./growth-places.ts";
import { GROWTH_RULES, type GrowthRule } from "./growth-rules.ts";
import { judgeGrowth, judgeSizes, type Judgement, type PlaceCounts } from "./judge-growth.ts";
import type { IgnoredGrowth, LeakReport, Suspect, Verdict } from "./leak-report.ts";
import { holdingNodes, prepareHoldingNodes, type HoldingNodes } from "./holding-nodes.ts";
import { keptCodeOf, LeakOutline } from "./leak-outline.ts";
import { NodeRole } from "./node-roles.ts";
import type { GrowthSeries } from "./growth-series.ts";
import { LEAST_CONFIDENCE } from "./confidence.ts";
import { formSuspects } from "./suspects.ts";

/** The snapshots cannot be searched: there is only one. */
export class LeaksError extends Error {
  override readonly name: string = "LeaksError";
}

export interface FindLeaksOptions extends RunOptions {
  /** Rules that are switched off: what they would account for counts as growth. */
  readonly keep?: readonly GrowthRule[] | undefined;
  /** Releases the outlines among the snapshots as soon as they are counted: before memory is needed for what suspects are. */
  readonly releaseOutlines?: boolean | undefined;
}

/** Lines of `ignored`. */
const MOST_IGNORED = 20;
/** Bytes. Less is not worth a line in `ignored`. */
const LEAST_IGNORED = 1024;

/**
 * Searches two or more snapshots, oldest first. They should be of one process and one inspector session; otherwise places
 * are followed by class, shape and path, and the report says so. Of all but the last one an outline is enough
 * (`prepareLeakOutline`), made with the same `keep`; there is a `RangeError` otherwise. Throws `LeaksError`, and
 * `CancelledError`.
 */
export async function findLeaks(
  snapshots: readonly (HeapSnapshot | LeakOutline)[],
  options: FindLeaksOptions = {},
): Promise<LeakReport> {
  const keep = new Set(options.keep);
  const last = lastOf(snapshots);
  checkOutlines(snapshots, keep);
  const [nodes, compared] = await prepareHoldingNodes(last, keep, comparing(snapshots, last), options);
  return await run(searching({ ...compared, snapshots, last, nodes }, keep, options), options);
}

function lastOf(snapshots: readonly (HeapSnapshot | LeakOutline)[]): HeapSnapshot {
  const last = snapshots.at(-1);
  if (last === undefined || snapshots.length < 2)
    throw new LeaksError(
      "Leaks show over time: two or more snapshots of one process are needed, oldest first.",
    );
  if (last instanceof LeakOutline) throw new RangeError("The last snapshot must be whole");
  return last;
}

/** What is known of snapshots without what holds their nodes. */
interface ComparedSeries {
  /** Of each snapshot but the first with the one before. */
  readonly idChecks: readonly IdCheck[];
  /** The classes of the nodes of each, in the names that the last one has for plain objects. */
  readonly keys: Map<EarlierSnapshot, GroupKeys>;
}

function* comparing(
  snapshots: readonly (HeapSnapshot | LeakOutline)[],
  last: HeapSnapshot,
): Task<ComparedSeries> {
  // Shallow sizes take the place of those of the file: they must be the same kind of size in all snapshots.
  for (const snapshot of snapshots) yield* snapshot.preparing(["nodesById", "shallowSize"]);
  const idChecks: IdCheck[] = [];
  for (let i = 1; i < snapshots.length; i++)
    idChecks.push(yield* named("checking object ids", checkIds(snapshots[i - 1], snapshots[i]), []));
  // Distances only say where suspects are, but mostly there are some.
  yield* last.preparing(["groupKeys", "scriptUrls", "distance"]);
  const keys = new Map<EarlierSnapshot, GroupKeys>([[last, last.groupKeys]]);
  for (const snapshot of snapshots.slice(0, -1))
    keys.set(snapshot, yield* snapshot.groupKeysWith(last.interfaces));
  return { idChecks, keys };
}

/** What a search starts from. */
interface SearchedSeries extends ComparedSeries {
  readonly snapshots: readonly (HeapSnapshot | LeakOutline)[];
  readonly last: HeapSnapshot;
  /** What holds the nodes of the last one. */
  readonly nodes: HoldingNodes;
}

function* searching(
  { snapshots, last, nodes, idChecks, keys }: SearchedSeries,
  keep: ReadonlySet<GrowthRule>,
  options: FindLeaksOptions,
): Task<LeakReport> {
  const areIdsComparable = idChecks.every(({ comparable }) => comparable);
  const places = new GrowthPlaces();
  const placed: PlacedSnapshot = {
    ...nodes,
    graph: last.graph,
    ephemerons: last.ephemerons,
    ...(yield* classifyNodes(last)),
  };
  const placeOf = yield* named("counting places", places.add(placed, snapshots.length - 1), []);
  const firstSeen = new Uint16Array(last.graph.nodeCount).fill(areIdsComparable ? snapshots.length - 1 : 1);
  /** Place -> objects that are gone in the end. */
  const gone: number[] = [];
  const roleSizes: RoleSizes[] = [];
  for (let i = 0; i < snapshots.length - 1; i++) yield* countEarlier(i);
  if (options.releaseOutlines === true)
    for (const snapshot of snapshots) if (snapshot instanceof LeakOutline) snapshot.release();
  roleSizes.push(sumByRole(placed, placeOf));

  yield { stage: "judging growth", done: 0, total: 1 };
  const series: GrowthSeries = {
    snapshots,
    last,
    placed,
    places,
    placeOf,
    firstSeen,
    areIdsComparable,
    gone,
    kept: new Map(),
    chains: new Set(),
    judgements: [],
    sizeJudgements: [],
  };
  judgePlaces(series, keep);
  judgeCollections(series, keep);
  const growth = roleSizes[roleSizes.length - 1].total - roleSizes[0].total;
  const { suspects, small, unexplained } = yield* formSuspects(series, growth, keep);
  const kept = keep.has("small") ? [...suspects, ...small] : suspects;
  const ranked = kept.map((suspect, i): Suspect => ({ ...suspect, rank: i + 1 }));
  return {
    verdict: decide(ranked, snapshots.length - 1),
    rounds: snapshots.length - 1,
    matchedBy: areIdsComparable ? "id" : "shape",
    idChecks,
    growth,
    suspects: ranked,
    ignored: listIgnored([
      ...ignoredByRole(roleSizes),
      ...unexplained,
      ...(keep.has("small") ? [] : small.map(ignoredSuspect)),
    ]).filter(({ rule }) => !keep.has(rule)),
    advice: advise(ranked, snapshots.length - 1, areIdsComparable, idChecks),
  };

  /** Counts one snapshot. In a generator of its own: a generator holds on to what it had in hand until its end. */
  function* countEarlier(i: number): Task<void> {
    const snapshot = snapshots[i];
    let inLast: Uint32Array | undefined;
    let known: Uint32Array | undefined;
    if (areIdsComparable) {
      inLast = matchIds(snapshot, last);
      known = new Uint32Array(inLast.length);
      for (let node = 0; node < inLast.length; node++) {
        const there = inLast[node];
        if (there === NOT_THERE) continue;
        known[node] = placeOf[there];
        if (firstSeen[there] > i) firstSeen[there] = i;
      }
    }
    const held = snapshot instanceof LeakOutline ? snapshot.held : yield* holdingNodes(snapshot, keep);
    const side: PlacedNodes = { ...held, graph: snapshot.graph, ...(yield* classifyNodes(snapshot)) };
    // They are large, and not asked for again.
    keys.delete(snapshot);
    const placeOfSide = yield* named("counting places", places.add(side, i, known), []);
    roleSizes.push(sumByRole(side, placeOfSide));
    if (inLast === undefined) return;
    const inBefore = i === 0 ? undefined : matchIds(snapshot, snapshots[i - 1]);
    for (let node = 0; node < placeOfSide.length; node++)
      if (
        placeOfSide[node] !== NO_PLACE &&
        inLast[node] === NOT_THERE &&
        side.role[node] === NodeRole.visible &&
        (inBefore?.[node] ?? NOT_THERE) === NOT_THERE
      )
        gone[placeOfSide[node]] = (gone[placeOfSide[node]] ?? 0) + 1;
  }

  /** The classes of nodes, and where functions are written. */
  function* classifyNodes(
    snapshot: HeapSnapshot | LeakOutline,
  ): Task<Pick<PlacedNodes, "keys" | "locations" | "scriptUrls">> {
    const isWhole = !(snapshot instanceof LeakOutline);
    yield* snapshot.preparing(["scriptUrls"]);
    // Script ids mean the same where object ids do.
    const index = (): LocationIndex => (isWhole ? snapshot.locations : new LocationIndex(snapshot.graph));
    return {
      keys: keys.get(snapshot)!,
      locations: areIdsComparable ? index() : undefined,
      scriptUrls: snapshot.scriptUrls,
    };
  }
}

/** Outlines are made before the search, and must be of the kind that it needs. */
function checkOutlines(
  snapshots: readonly (HeapSnapshot | LeakOutline)[],
  keep: ReadonlySet<GrowthRule>,
): void {
  for (const snapshot of snapshots)
    if (snapshot instanceof LeakOutline && snapshot.keptCode !== keptCodeOf(keep))
      throw new RangeError("An outline was made with other rules switched off than the search has");
}

const NOT_THERE = 0xffff_ffff;

/** NodeIndex of `from` -> NodeIndex of `to` with the same id, or `NOT_THERE`. */
function matchIds(from: EarlierSnapshot, to: EarlierSnapshot): Uint32Array {
  const match = new Uint32Array(from.graph.nodeCount).fill(NOT_THERE);
  const fromId = from.graph.nodeId;
  const toId = to.graph.nodeId;
  const a = from.nodesById;
  const b = to.nodesById;
  for (let at = 0, other = 0; at < a.length && other < b.length;) {
    const difference = fromId[a[at]] - toId[b[other]];
    if (difference === 0) match[a[at]] = b[other];
    if (difference <= 0) at++;
    if (difference >= 0) other++;
  }
  return match;
}

interface RoleSizes {
  readonly total: number;
  readonly code: number;
  readonly shapes: number;
  readonly strings: number;
}

/** Bytes of what is reachable, and of them those that are no data of the program. */
function sumByRole({ graph, role }: PlacedNodes, placeOf: Uint32Array): RoleSizes {
  const { nodeType, selfSize } = graph;
  let total = 0;
  let code = 0;
  let shapes = 0;
  let strings = 0;
  for (let node = 0; node < placeOf.length; node++) {
    if (placeOf[node] === NO_PLACE) continue;
    total += selfSize[node];
    if (role[node] !== NodeRole.code) continue;
    if (nodeType[node] === NodeType.objectShape) shapes += selfSize[node];
    else if (nodeType[node] === NodeType.string) strings += selfSize[node];
    else code += selfSize[node];
  }
  return { total, code, shapes, strings };
}

function judgePlaces(series: GrowthSeries, keep: ReadonlySet<GrowthRule>): void {
  const { places, placeOf, placed, firstSeen, snapshots, areIdsComparable } = series;
  const { gone, kept, chains, judgements, sizeJudgements } = series;
  const rounds = snapshots.length - 1;
  if (areIdsComparable) {
    for (let node = 0; node < placeOf.length; node++) {
      if (placeOf[node] === NO_PLACE || firstSeen[node] === 0 || placed.role[node] !== NodeRole.visible)
        continue;
      let list = kept.get(placeOf[node]);
      if (list === undefined) kept.set(placeOf[node], (list = new Array<number>(rounds).fill(0)));
      list[firstSeen[node] - 1]++;
    }
  }
  const none = new Array<number>(rounds).fill(0);
  const countsOf = (place: Place): PlaceCounts => ({
    counts: places.countsAt(place),
    ...(areIdsComparable
      ? { kept: kept.get(place) ?? none, gone: gone[place] ?? 0, together: lotOf(place) }
      : {}),
  });
  /** How many went together: with the outermost thing above that went as well. */
  const lotOf = (place: Place): number => {
    let lots = gone[place] ?? 0;
    for (let at = places.above[place]; (gone[at] ?? 0) > 0; at = places.above[at])
      lots = Math.min(lots, gone[at]);
    return lots === 0 ? 1 : gone[place] / lots;
  };
  const isOff = (judgement: Judgement): boolean =>
    judgement !== "shrinks" && judgement !== "grows" && keep.has(judgement);
  /** Way and class below the same thing -> places that grew. */
  const cousins = new Map<string, Place[]>();
  for (const place of places.all) {
    const counted = countsOf(place);
    const { counts } = counted;
    const judgement = judgeGrowth(counted);
    judgements[place] = isOff(judgement) ? "grows" : judgement;
    const [firstsBefore, firstsNow] = [0, rounds].map((i) => places.firsts[i][place] ?? 0);
    if (
      judgements[place] === "grows" &&
      places.isItem(place) &&
      firstsBefore > 1 &&
      firstsNow <= firstsBefore
    )
      chains.add(place);
    if (counts[rounds] > counts[0]) {
      const { above, classOf, labelOf } = places;
      const key = `${above[above[place]]} ${classOf[above[place]]} ${labelOf[place]} ${classOf[place]}`;
      const others = cousins.get(key);
      if (others === undefined) cousins.set(key, [place]);
      else others.push(place);
    } else if (counts.every((count) => count === counts[0] && count > 0)) {
      const bySize = judgeSizes(places.sizesAt(place));
      sizeJudgements[place] = isOff(bySize) ? "grows" : bySize;
    }
  }
  // What two containers of one object share is near the one or the other by chance: it is judged together.
  for (const group of cousins.values()) {
    if (group.length < 2 || group.every((place) => judgements[place] === "grows")) continue;
    if (judgeGrowth(addCounts(group.map(countsOf))) !== "grows") continue;
    for (const place of group) judgements[place] = "grows";
  }
}

/**
 * A collection may be bounded although one class of its items becomes more: others became fewer for it, or these are the texts
 * that its entries have as keys, as far as nothing else is nearer to them.
 */
function judgeCollections(
  { places, snapshots, judgements }: GrowthSeries,
  keep: ReadonlySet<GrowthRule>,
): void {
  if (keep.has("turnover")) return;
  const itemsOf = new Map<Place, Place[]>();
  for (const place of places.all) {
    if (!places.isItem(place)) continue;
    const items = itemsOf.get(places.above[place]);
    if (items === undefined) itemsOf.set(places.above[place], [place]);
    else items.push(place);
  }
  const lastCounts = places.counts[snapshots.length - 1];
  const countOf = (place: Place): number => lastCounts[place] ?? 0;
  for (const items of itemsOf.values()) {
    if (items.length < 2) continue;
    const bounded = items.filter((place) => {
      if (judgements[place] !== "grows") return false;
      const others = items.filter((other) => other !== place);
      const loss = others.reduce((sum, other) => sum - places.countDelta(other), 0);
      if (loss >= MOST_SHIFT * places.countDelta(place)) return true;
      return (
        places.isText(place) &&
        others.some((other) => judgements[other] !== "grows" && countOf(other) >= countOf(place))
      );
    });
    for (const place of bounded) judgements[place] = "turnover";
  }
}

/** Of what an item has become more, the part by which others became fewer. */
const MOST_SHIFT = 0.5;

function addCounts(all: readonly PlaceCounts[]): PlaceCounts {
  const add = (a: readonly number[] = [], b: readonly number[] = []): number[] =>
    a.map((each, i) => each + (b[i] ?? 0));
  return all.reduce((sum, each) => ({
    counts: add(sum.counts, each.counts),
    ...(each.kept === undefined ? {} : { kept: add(sum.kept, each.kept) }),
    gone: (sum.gone ?? 0) + (each.gone ?? 0),
    together: Math.max(sum.together ?? 1, each.together ?? 1),
  }));
}

function decide(suspects: readonly Suspect[], rounds: number): Verdict {
  const isLeak = suspects.some(({ confidence }) => confidence >= LEAST_CONFIDENCE);
  if (!isLeak) return "no-leak";
  return rounds === 1 ? "growth" : "leak";
}

function ignoredByRole(sizes: readonly RoleSizes[]): IgnoredGrowth[] {
  const first = sizes[0];
  const last = sizes[sizes.length - 1];
  const of = (rule: "code" | "shapes" | "strings", className: string): IgnoredGrowth => ({
    rule,
    className,
    reason: GROWTH_RULES[rule],
    size: last[rule] - first[rule],
    count: 0,
  });
  return [of("code", "(compiled code)"), of("shapes", "(object shape)"), of("strings", "(string)")];
}

function ignoredSuspect({ className, retainedSizeDelta, counts, holder }: Suspect): IgnoredGrowth {
  return {
    rule: "small",
    className,
    reason: GROWTH_RULES.small,
    size: retainedSizeDelta,
    count: counts[counts.length - 1] - counts[0],
    holderId: holder.id,
  };
}

function listIgnored(all: readonly IgnoredGrowth[]): IgnoredGrowth[] {
  return all
    .filter(({ size }) => size >= LEAST_IGNORED)
    .sort((a, b) => b.size - a.size)
    .slice(0, MOST_IGNORED);
}

/** What would settle the question that is left. */
function advise(
  suspects: readonly Suspect[],
  rounds: number,
  areIdsComparable: boolean,
  idChecks: readonly IdCheck[],
): string[] {
  const advice: string[] = [];
  if (rounds === 1 && suspects.length > 0) {
    advice.push(
      "Two snapshots show what grew, not whether it goes on growing: take a third one after the same amount of work.",
    );
  }
  if (!areIdsComparable) {
    const reason = idChecks.find(({ comparable }) => !comparable)?.reason ?? "";
    advice.push(
      `${reason} So objects are matched by class, shape and path: that shows what there is more of and what holds it, but not whether the same objects stayed. Snapshots taken in one inspector session can show that.`.trim(),
    );
  }
  return advice;
}
