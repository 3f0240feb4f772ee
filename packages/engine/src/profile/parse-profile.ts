/**
 * Reads the JSON of a profile. Three forms are written by V8, Node, Chrome and the tools around them:
 *
 *   heap           { head: { callFrame, selfSize, children: [ … ] }, samples }
 *   CPU            { nodes: [{ id, callFrame, hitCount, children: [id …] or parent: id }], samples: [id …], timeDeltas, … }
 *   CPU, until 2016  { head: { functionName, url, …, hitCount, id, children: [ … ] }, startTime, endTime, samples, timestamps }
 *
 * A CPU sample lasts until the next one, the last as long as the others do on average: DevTools' rule. Where there are no
 * times, each hit lasts as long as the average one.
 *
 * Nothing here calls itself: trees may be as deep as they like.
 * Cost: O(calls + samples), beside what `JSON.parse` costs.
 */
import { ProfileFormatError } from "../errors.ts";
import { CallList } from "./call-list.ts";
import {
  amountOf,
  damaged,
  isObject,
  numbersOf,
  objectsOf,
  placeOf,
  textOf,
  type JsonObject,
} from "./json-value.ts";
import type { Profile, ProfileFunction } from "./profile.ts";

const FOREIGN =
  "A profile is a .heapprofile or .cpuprofile of Node or Chrome; open a snapshot as a snapshot.";

/** Throws `ProfileFormatError` when the text is no whole profile. */
export function parseProfile(text: string): Profile {
  const json = parseJson(text);
  if (!isObject(json)) throw new ProfileFormatError("The file is JSON, but no profile", FOREIGN);
  if (Array.isArray(json["nodes"]) && !isObject(json["snapshot"])) return readCpuProfile(json);
  const { head } = json;
  if (!isObject(head))
    throw new ProfileFormatError('The file has neither "head" nor a list of "nodes"', FOREIGN);
  return head["selfSize"] === undefined && head["hitCount"] !== undefined
    ? readOldCpuProfile(json, head)
    : readHeapProfile(head);
}

function parseJson(text: string): unknown {
  if (text.trim() === "") throw new ProfileFormatError("The file is empty", "Record the profile again.");
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw new ProfileFormatError(
        "The profile is nested too deeply or too large for this runtime to parse",
        "Open it with `heapscope open`, which runs in Node, or record a shorter one.",
      );
    // The messages quote the file, so that they are looked at but not shown.
    const { message } = error;
    if (/^Unexpected end|^Unterminated|end of data/u.test(message))
      throw new ProfileFormatError(
        "The profile ends before it is complete",
        "It was cut off while it was written or copied; copy or record it again.",
      );
    const position = / position (\d+)/u.exec(message)?.[1];
    throw damaged(`The file is not JSON${position === undefined ? "" : ` from character ${position} on`}`);
  }
}

function readHeapProfile(head: JsonObject): Profile {
  const calls = new CallList();
  let hasSizes = false;
  forEachNested(head, (node, parent) => {
    hasSizes ||= node["selfSize"] !== undefined;
    return calls.add(parent, functionOf(node), amountOf(node["selfSize"], "selfSize"));
  });
  if (!hasSizes) throw new ProfileFormatError('The calls below "head" have no "selfSize"', FOREIGN);
  return toProfile("heap", calls);
}

function readOldCpuProfile(json: JsonObject, head: JsonObject): Profile {
  const nodes: JsonObject[] = [];
  const parents: number[] = [];
  forEachNested(head, (node, parent) => {
    parents.push(parent);
    return nodes.push(node) - 1;
  });
  const start = amountOf(json["startTime"], "startTime") * 1e6;
  const end = amountOf(json["endTime"], "endTime") * 1e6;
  const values = measure(json, nodes, { start, end });
  const calls = new CallList();
  nodes.forEach((node, index) => calls.add(parents[index], functionOf(node), values[index]));
  return toProfile("cpu", calls);
}

function readCpuProfile(json: JsonObject): Profile {
  const nodes = objectsOf(json["nodes"], "nodes");
  if (nodes.length === 0) throw damaged("The profile has no nodes");
  const start = amountOf(json["startTime"], "startTime");
  const end = amountOf(json["endTime"], "endTime");
  const values = measure(json, nodes, { start, end });
  const { root, firstChild, child } = findChildren(nodes);

  const calls = new CallList();
  const stack: number[] = [root, -1];
  while (stack.length > 0) {
    const parent = stack.pop()!;
    const index = stack.pop()!;
    const call = calls.add(parent, functionOf(nodes[index]), values[index]);
    // The last is taken off first.
    for (let i = firstChild[index + 1] - 1; i >= firstChild[index]; i--) stack.push(child[i], call);
  }
  const tree = toProfile("cpu", calls);
  if (tree.tree.count < nodes.length)
    throw damaged(`${nodes.length - tree.tree.count} nodes of the profile are not called by its root`);
  return tree;
}

/** Calls back for each node of a nested tree in preorder, with what the callback gave for the node above it. */
function forEachNested(head: JsonObject, add: (node: JsonObject, parent: number) => number): void {
  const stack: { readonly node: JsonObject; readonly parent: number }[] = [{ node: head, parent: -1 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const parent = add(next.node, next.parent);
    const children = objectsOf(next.node["children"], "children");
    for (let i = children.length - 1; i >= 0; i--) stack.push({ node: children[i], parent });
  }
}

/** The one root of a list of nodes, and the children of each: those of node n are `child[firstChild[n]]` to `child[firstChild[n + 1] - 1]`. */
function findChildren(nodes: readonly JsonObject[]): {
  readonly root: number;
  readonly firstChild: Uint32Array;
  readonly child: Uint32Array;
} {
  const indexOfId = indexById(nodes);
  const find = (id: unknown): number => {
    const index = indexOfId.get(id);
    if (index === undefined) throw damaged("A node of the profile names another one that is not there");
    return index;
  };
  const parent = new Int32Array(nodes.length).fill(-1);
  const from: number[] = [];
  const to: number[] = [];
  const link = (above: number, below: number): void => {
    if (parent[below] === above) return;
    if (parent[below] !== -1) throw damaged("A node of the profile has two callers");
    parent[below] = above;
    from.push(above);
    to.push(below);
  };
  nodes.forEach((node, index) => {
    for (const id of numbersOf(node["children"], "children") ?? []) link(index, find(id));
    const above = node["parent"];
    if (above !== undefined && above !== null) link(find(above), index);
  });
  const roots = nodes.length - from.length;
  if (roots !== 1) throw damaged(`The profile has ${roots} roots in place of one`);

  const firstChild = new Uint32Array(nodes.length + 1);
  for (const above of from) firstChild[above + 1]++;
  for (let index = 0; index < nodes.length; index++) firstChild[index + 1] += firstChild[index];
  const next = firstChild.slice();
  const child = new Uint32Array(from.length);
  from.forEach((above, i) => (child[next[above]++] = to[i]));
  return { root: parent.indexOf(-1), firstChild, child };
}

function indexById(nodes: readonly JsonObject[]): ReadonlyMap<unknown, number> {
  const indexOfId = new Map<unknown, number>();
  nodes.forEach((node, index) => {
    const id = node["id"];
    if (typeof id !== "number") throw damaged(`Node ${index} of the profile has no id`);
    if (indexOfId.has(id)) throw damaged(`Two nodes of the profile have the id ${id}`);
    indexOfId.set(id, index);
  });
  return indexOfId;
}

/** Microseconds of each node itself, from the samples and their times or else from the hits. */
function measure(
  json: JsonObject,
  nodes: readonly JsonObject[],
  { start, end }: { readonly start: number; readonly end: number },
): Float64Array {
  const values = new Float64Array(nodes.length);
  const samples = numbersOf(json["samples"], "samples");
  const times = sampleTimes(json, start);
  if (samples === undefined || samples.length === 0 || times === undefined) {
    const hits = nodes.map((node) => amountOf(node["hitCount"], "hitCount"));
    if (samples !== undefined && hits.every((count) => count === 0)) countHits(nodes, samples, hits);
    const sum = hits.reduce((before, count) => before + count, 0);
    if (sum === 0) return values;
    if (end <= start)
      throw damaged("The profile tells neither when its samples were taken nor how long it took");
    hits.forEach((count, index) => (values[index] = (count * (end - start)) / sum));
    return values;
  }
  if (times.length !== samples.length)
    throw damaged(`The profile has ${samples.length} samples, but the times of ${times.length}`);

  // V8 may write samples out of order; then a delta is negative.
  const order = Array.from(times.keys());
  if (times.some((time, i) => i > 0 && time < times[i - 1])) order.sort((a, b) => times[a] - times[b]);
  const indexOfId = indexById(nodes);
  const last = order.length - 1;
  const average =
    last === 0 ? Math.max(0, end - times[order[0]]) : (times[order[last]] - times[order[0]]) / last;
  order.forEach((sample, i) => {
    const index = indexOfId.get(samples[sample]);
    if (index === undefined) throw damaged(`Sample ${sample} of the profile is of a node that is not there`);
    values[index] += i === last ? average : times[order[i + 1]] - times[sample];
  });
  return values;
}

/** Microseconds at which the samples were taken; `undefined` when the file does not tell. */
function sampleTimes(json: JsonObject, start: number): Float64Array | undefined {
  const deltas = numbersOf(json["timeDeltas"], "timeDeltas");
  if (deltas === undefined) {
    const times = numbersOf(json["timestamps"], "timestamps");
    return times === undefined || times.length === 0 ? undefined : Float64Array.from(times);
  }
  const times = new Float64Array(deltas.length);
  let time = start;
  deltas.forEach((delta, i) => (times[i] = time += delta));
  return times;
}

function countHits(nodes: readonly JsonObject[], samples: readonly number[], hits: number[]): void {
  const indexOfId = indexById(nodes);
  for (const id of samples) {
    const index = indexOfId.get(id);
    if (index !== undefined) hits[index]++;
  }
}

function functionOf(node: JsonObject): ProfileFunction & { readonly scriptId: string } {
  const frame = node["callFrame"];
  // The old form has the fields in the node itself, and counts lines and columns from 1.
  const fields = isObject(frame) ? frame : node;
  const first = isObject(frame) ? 0 : 1;
  const scriptId = fields["scriptId"];
  return {
    name: textOf(fields["functionName"]),
    url: textOf(fields["url"]),
    line: placeFrom(fields["lineNumber"], first),
    column: placeFrom(fields["columnNumber"], first),
    scriptId: typeof scriptId === "number" ? String(scriptId) : textOf(scriptId),
  };
}

function placeFrom(value: unknown, first: number): number {
  return Math.max(-1, placeOf(value) - first);
}

function toProfile(kind: "heap" | "cpu", calls: CallList): Profile {
  const tree = calls.toTree();
  return {
    kind,
    unit: kind === "heap" ? "bytes" : "microseconds",
    tree,
    functions: calls.functions,
    total: tree.totalValue[0],
  };
}
