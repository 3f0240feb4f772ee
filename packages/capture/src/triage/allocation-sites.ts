// Turns a sampling profile around: V8 tells what each function allocated in each of its stacks, from the outside in;
// a person asks which function allocated most, and then who called it. DevTools calls this “Heavy (bottom up)”.
//
//   main ─ serve ─ parse 3 MB          parse 5 MB ◀─ serve 3 MB ◀─ main 3 MB
//        └ warmUp ─ parse 2 MB   ──▶               ◀─ warmUp 2 MB ◀─ main 2 MB
//
// Sizes are V8's estimates. Cost: O(nodes) for all sites, O(depth · nodes of the site) for the callers of one.

import { scriptPath } from "../inspector/script-locations.ts";
import type { SamplingProfile, SamplingProfileNode } from "../inspector/protocol.ts";

/** A function, and bytes that were allocated by it or on its behalf. */
export interface SampledFunction {
  /** "" for an anonymous one; in parentheses what is no function: `(V8 API)`. Not escaped. */
  readonly name: string;
  /** Where it begins, `file:line:column` as editors count; `undefined` for what has no source. Not escaped. */
  readonly location: string | undefined;
  readonly size: number;
}

/** A function on whose behalf another one allocated. */
export interface SampledCaller extends SampledFunction {
  /** Largest first; empty where the stack begins, or where it was cut. */
  readonly callers: readonly SampledCaller[];
}

/** A function that allocated, over all of its stacks. */
export interface SampledSite extends SampledFunction {
  /** How many samples the size is estimated from. */
  readonly sampleCount: number;
  /** Its callers, `depth` levels of them. */
  callers(depth: number): SampledCaller[];
}

export interface SampledSites {
  readonly totalSize: number;
  readonly sampleCount: number;
  /** Largest first. */
  readonly sites: readonly SampledSite[];
}

/** Finds the functions that allocated. */
export function findAllocationSites(profile: SamplingProfile): SampledSites {
  const sampleCounts = new Map<number, number>();
  for (const { nodeId } of profile.samples) sampleCounts.set(nodeId, (sampleCounts.get(nodeId) ?? 0) + 1);

  const groups = new Map<string, Stack[]>();
  const pending: Stack[] = [{ node: profile.head, caller: undefined }];
  for (let stack = pending.pop(); stack !== undefined; stack = pending.pop()) {
    const { node } = stack;
    if (node.selfSize > 0) add(groups, functionKey(node), stack);
    for (const child of node.children) pending.push({ node: child, caller: stack });
  }

  const sites = Array.from(groups.values(), (stacks): SampledSite => ({
    ...describeFunction(
      stacks[0]!.node,
      sumOf(stacks, ({ node }) => node.selfSize),
    ),
    sampleCount: sumOf(stacks, ({ node }) => sampleCounts.get(node.id) ?? 0),
    callers: (depth) =>
      findCallers(
        stacks.map((stack) => ({ stack, size: stack.node.selfSize })),
        depth,
      ),
  }));
  sites.sort((a, b) => b.size - a.size);
  return {
    totalSize: sumOf(sites, ({ size }) => size),
    sampleCount: profile.samples.length,
    sites,
  };
}

/** A node with the way back to the head. */
interface Stack {
  readonly node: SamplingProfileNode;
  readonly caller: Stack | undefined;
}

/** A stack, and what the site allocated in it. */
interface Share {
  readonly stack: Stack;
  readonly size: number;
}

/** The callers of the functions on top of these stacks. Recursion goes as deep as was asked for. */
function findCallers(shares: readonly Share[], depth: number): SampledCaller[] {
  if (depth <= 0) return [];
  const groups = new Map<string, Share[]>();
  for (const { stack, size } of shares) {
    // The head is no function: it holds the stacks together.
    if (stack.caller?.caller !== undefined)
      add(groups, functionKey(stack.caller.node), { stack: stack.caller, size });
  }
  return Array.from(groups.values(), (group): SampledCaller => ({
    ...describeFunction(
      group[0]!.stack.node,
      sumOf(group, ({ size }) => size),
    ),
    callers: findCallers(group, depth - 1),
  })).sort((a, b) => b.size - a.size);
}

function functionKey({ callFrame }: SamplingProfileNode): string {
  const { functionName, scriptId, url, lineNumber, columnNumber } = callFrame;
  return JSON.stringify([scriptId, url, lineNumber, columnNumber, functionName]);
}

function describeFunction({ callFrame }: SamplingProfileNode, size: number): SampledFunction {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  const isKnown = url !== "" && lineNumber >= 0 && columnNumber >= 0;
  return {
    name: functionName,
    location: isKnown ? `${scriptPath(url)}:${lineNumber + 1}:${columnNumber + 1}` : undefined,
    size,
  };
}

function add<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

function sumOf<Value>(values: readonly Value[], measure: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + measure(value), 0);
}
