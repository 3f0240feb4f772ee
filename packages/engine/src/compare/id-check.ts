/**
 * Do ids mean the same in two snapshots? V8 keeps an object's id only while an inspector session lasts; when any
 * session ends, all ids are dealt out anew in heap order, and what coincides does so by accident (Node 18 to 26,
 * measured). Snapshots of two processes have nothing in common either. A comparison by id would then show everything as
 * deleted and new.
 *
 * The check looks at what lives long and does not change its nature: functions, and objects with a constructor. Those
 * whose ids stand in both snapshots must have the same type and name there. In one session all but a handful agree; after
 * a renumbering neighbours swap ids and many disagree.
 *
 * Where both snapshots have a capture record, it says which ids go together. If they do not, the ids are not comparable,
 * however many coincide: in a process that has little to do, after a renumbering they may all do so, by accident. If they
 * do, the objects must bear it out; but most of the base's may be gone, which without records would count against it.
 *
 * Cost: O(nodes), and each name is compared once.
 */
import type { CaptureRecord } from "../capture-record.ts";
import { NodeType } from "../graph/node-types.ts";
import type { HeapSnapshot } from "../heap-snapshot.ts";
import { CHECK_MASK, runPass, type Pass, type RunOptions } from "../passes/pass.ts";
import type { EarlierSnapshot, NodeGraph } from "./snapshot-outline.ts";

export interface IdCheck {
  /** Whether ids mean the same on both sides. */
  readonly comparable: boolean;
  /** Long-lived objects of the base. */
  readonly candidates: number;
  /** Those of them whose id stands in the target too. */
  readonly common: number;
  /** Those of them that have the same type and name there. */
  readonly agreeing: number;
  /** What the capture records say: that ids mean the same, or that they do not. Absent unless both snapshots have one. */
  readonly recorded?: "same" | "different";
  /** One sentence for a person. */
  readonly reason: string;
  /** What the target's record, or else the base's, says about ids in its own words. Escape it where it is shown. */
  readonly note?: string;
}

/** Least share of common ids that must agree. Measured: one session ≥ 0.999, otherwise ≤ 0.9. */
const LEAST_AGREEMENT = 0.98;
/** Least share of the base's long-lived objects that must be in the target: they do not all go in one session. */
const LEAST_COMMON = 0.3;

/** `checkIds` with progress and cancellation. */
export async function prepareIdCheck(
  base: HeapSnapshot,
  target: HeapSnapshot,
  options?: RunOptions,
): Promise<IdCheck> {
  await base.prepare(["nodesById"], options);
  await target.prepare(["nodesById"], options);
  return await runPass("checking object ids", checkIds(base, target), options);
}

export function* checkIds(base: EarlierSnapshot, target: EarlierSnapshot): Pass<IdCheck> {
  const a = base.graph;
  const b = target.graph;
  const translate = new NameTranslation(a, b);
  const orderA = base.nodesById;
  const orderB = target.nodesById;
  let candidates = 0;
  let common = 0;
  let agreeing = 0;
  let at = 0;
  for (let i = 0; i < orderA.length; i++) {
    if ((i & CHECK_MASK) === 0) yield i / orderA.length;
    const nodeA = orderA[i];
    const type = a.nodeType[nodeA];
    const id = a.nodeId[nodeA];
    // Even ids are of the embedder, which deals them out by address.
    if ((type !== NodeType.closure && type !== NodeType.object) || id % 2 === 0) continue;
    candidates++;
    while (at < orderB.length && b.nodeId[orderB[at]] < id) at++;
    if (at === orderB.length || b.nodeId[orderB[at]] !== id) continue;
    common++;
    const nodeB = orderB[at];
    if (b.nodeType[nodeB] === type && translate.isSame(a.nodeName[nodeA], b.nodeName[nodeB])) agreeing++;
  }
  const records = findRecords(base, target);
  const areRecordedSame = records === undefined || records.base.ids.space === records.target.ids.space;
  const agree = candidates > 0 && agreeing >= LEAST_AGREEMENT * common;
  const isEnough = common >= LEAST_COMMON * candidates;
  const comparable = agree && areRecordedSame && (records === undefined ? isEnough : common > 0);
  const counts = { comparable, candidates, common, agreeing };
  const note = target.captureRecord?.ids.note ?? base.captureRecord?.ids.note;
  return {
    ...counts,
    ...(records === undefined ? {} : { recorded: areRecordedSame ? "same" : "different" }),
    reason: explain(counts, records),
    ...(note === undefined ? {} : { note }),
  };
}

/** The capture records of both sides. */
interface Records {
  readonly base: CaptureRecord;
  readonly target: CaptureRecord;
}

function findRecords(base: EarlierSnapshot, target: EarlierSnapshot): Records | undefined {
  if (base.captureRecord === undefined || target.captureRecord === undefined) return undefined;
  return { base: base.captureRecord, target: target.captureRecord };
}

type Counts = Pick<IdCheck, "comparable" | "candidates" | "common" | "agreeing">;

function explain({ comparable, candidates, common, agreeing }: Counts, records: Records | undefined): string {
  const percent = (part: number, whole: number): string =>
    `${whole === 0 ? 0 : Math.floor((part / whole) * 1000) / 10} %`;
  const denial = "Object ids do not mean the same in both snapshots";
  if (records !== undefined && records.base.ids.space !== records.target.ids.space)
    return `${denial}: by their capture records, ${explainRecords(records)}.`;
  if (comparable) {
    const vouched = records === undefined ? "" : "their capture records say so, and ";
    return `Object ids mean the same in both snapshots: ${vouched}${percent(agreeing, common)} of the common functions and objects agree.`;
  }
  const finding =
    common >= LEAST_COMMON * candidates || (records !== undefined && common > 0)
      ? `only ${percent(agreeing, common)} of the functions and objects with a common id have the same name and type`
      : `only ${percent(common, candidates)} of the functions and objects of the base have their id in the target`;
  return records === undefined
    ? `${denial} (${finding}): they come from different processes, or an inspector session ended in between.`
    : `${denial}, although their capture records say so (${finding}), so the records are wrong.`;
}

/** Why two records do not have the same ids, as far as they tell. */
function explainRecords({ base: { target: a }, target: { target: b } }: Records): string {
  if (a.pid !== undefined && b.pid !== undefined && a.pid !== b.pid)
    return `they come from different processes (pid ${a.pid} and pid ${b.pid})`;
  if (a.thread.id !== b.thread.id)
    return `they come from different threads (${a.thread.id} and ${b.thread.id})`;
  return "an inspector session ended in between, or they come from different processes";
}

/** Compares names of two snapshots, each pair of string indexes once. */
class NameTranslation {
  readonly #base: NodeGraph;
  readonly #target: NodeGraph;
  /** StringIndex of the base -> StringIndex of the target that is known to be the same, + 1. */
  readonly #same: Uint32Array;

  constructor(base: NodeGraph, target: NodeGraph) {
    this.#base = base;
    this.#target = target;
    this.#same = new Uint32Array(base.strings.length);
  }

  isSame(baseName: number, targetName: number): boolean {
    if (this.#same[baseName] === targetName + 1) return true;
    const same = this.#base.strings.get(baseName) === this.#target.strings.get(targetName);
    if (same) this.#same[baseName] = targetName + 1;
    return same;
  }
}
